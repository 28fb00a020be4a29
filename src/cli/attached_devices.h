// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/flash_run.h"

namespace reflash::cli {

/// The devices of a command line that can be reached at all, as work to do; the others, which were
/// reported, as exit codes.
struct AttachedDevices {
  std::vector<Assignment> assignments;
  std::vector<ExitCode> refused;
};

/// Opens the way to each device and gives it to the engine; prints why where that fails.
AttachedDevices AttachAll(Environment& environment, const std::vector<std::string>& names,
                          const ImageToLoad& image, const JobOptions& options);

}  // namespace reflash::cli
