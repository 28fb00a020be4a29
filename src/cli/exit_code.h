// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "base/error.h"
#include "ledger/job_snapshot.h"

namespace reflash::cli {

/// What the process ends with; part of the interface (docs/interfaces.md).
enum class ExitCode : std::uint8_t {
  kDone = 0,
  kDeviceFailed = 1,
  kNothingToDo = 2,
  kNoSuchDevice = 3,
  kUsage = 64,
  kImageUnacceptable = 65,
  kBusy = 75,
  kNotPermitted = 77,
  kCanceled = 130,
};

/// The exit code for one error of a command.
ExitCode ExitCodeFor(ErrorCode code);

/// The exit code for how one job ended. A device that cannot be updated at all counts as one that
/// no image is for; one that was not begun because of another leaves the exit code to that one.
ExitCode ExitCodeFor(const JobSnapshot& job);

/// The exit code for several: the first of 64, 3, 65, 77, 1, 130, 75 that one of them has; else
/// done when one was updated, else nothing to do.
ExitCode Combine(std::span<const ExitCode> codes);

}  // namespace reflash::cli
