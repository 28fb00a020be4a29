// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

#include "async/real_scheduler.h"
#include "cli/arguments.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace reflash::cli {

// The commands, one file each. A Task that ends with an Error has printed nothing of it yet.

Task<ExitCode> RunCommand(Environment& environment, ListArguments arguments);
Task<ExitCode> RunCommand(Environment& environment, InfoArguments arguments);
Task<ExitCode> RunCommand(Environment& environment, FlashArguments arguments);
Task<ExitCode> RunCommand(Environment& environment, VerifyArguments arguments);
Task<ExitCode> RunCommand(Environment& environment, StepArguments arguments);
Task<ExitCode> RunCommand(Environment& environment, CdbArguments arguments);
Task<ExitCode> RunCommand(Environment& environment, TraceRecordArguments arguments);

// Those that need no configuration, or can do without.

Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output, NamesArguments arguments,
                          std::stop_token stop);
Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output,
                          DiscoverArguments arguments, std::stop_token stop);
Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output, WatchArguments arguments,
                          std::stop_token stop);
Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output,
                          TraceReplayArguments arguments, std::stop_token stop);
Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output,
                          LabServeArguments arguments, std::stop_token stop);
Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output,
                          LabImageArguments arguments, std::stop_token stop);
Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output, DemoArguments arguments,
                          std::stop_token stop);
Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output,
                          CompletionArguments arguments, std::stop_token stop);

}  // namespace reflash::cli
