// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cmis/cdb/firmware_info.h"
#include "cmis/update/session.h"
#include "flash/device_info.h"

namespace reflash::cmis {

/// The two banks of a module (one, if it has no more) as the engine sees them.
std::vector<Bank> BanksOf(const FirmwareInfo& firmware);

/// Everything about a module as the engine and the command line see it.
DeviceInfo ModuleInfo(const Session& session, ModuleState state, const FirmwareInfo& firmware);

}  // namespace reflash::cmis
