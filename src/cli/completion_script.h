// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "cli/command_synopsis.h"

namespace reflash::cli {

/// A script for bash, or zsh through its bashcompinit, that completes commands, options, names of
/// devices (asked with `reflash list --names`) and files.
std::string CompletionScript(std::span<const CommandSynopsis> commands);

}  // namespace reflash::cli
