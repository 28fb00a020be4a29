// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/arguments.h"

namespace CLI {
class App;
}  // namespace CLI

namespace reflash::cli {

// What the commands that work on devices take: options and what to name.

void AddFlashArguments(CLI::App& command, FlashArguments& flash);
void AddVerifyArguments(CLI::App& command, VerifyArguments& verify);
void AddStepArguments(CLI::App& command, StepArguments& step);
void AddCdbArguments(CLI::App& command, CdbArguments& cdb);
void AddRecordArguments(CLI::App& command, TraceRecordArguments& record);
void AddReplayArguments(CLI::App& command, TraceReplayArguments& replay);

/// A needed option that is a version.
void AddVersion(CLI::App& command, Version& version, const std::string& help);

}  // namespace reflash::cli
