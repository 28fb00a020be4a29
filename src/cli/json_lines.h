// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/cdb_result.h"
#include "cli/flash_statistics.h"
#include "flash/device_info.h"
#include "inventory/findings.h"
#include "ledger/job_snapshot.h"

namespace reflash::cli {

// The objects of --json, each one line without its end; see docs/interfaces.md.

std::string ErrorLine(const Error& error, std::string_view device);
std::string NoticeLine(std::string_view device, std::string_view sentence);
std::string PhaseLine(const JobSnapshot& job);
std::string ProgressLine(const JobSnapshot& job);
/// What a dry run would do.
std::string PlanLine(const JobSnapshot& job, std::string_view image);
std::string ResultLine(const JobSnapshot& job);
/// The result of a single step of a bank switch.
std::string StepResultLine(std::string_view device, std::string_view step, const DeviceInfo& info);

/// What several updates of one device took.
std::string StatisticsLine(const DeviceStatistics& device);

/// A device of `discover`.
std::string DiscoveredLine(const inventory::DiscoveredDevice& device);

/// What a module answered to `cdb`.
std::string CdbLine(const CdbResult& result);

/// A device of `list`; `state` says what is known where there is no info.
std::string DeviceLine(std::string_view name, std::string_view kind, const DeviceInfo& info,
                       std::string_view state);
/// The object of `info`.
std::string InfoLine(std::string_view name, std::string_view kind, const DeviceInfo& info);

}  // namespace reflash::cli
