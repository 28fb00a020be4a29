// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "async/real_scheduler.h"
#include "cli/output.h"

namespace reflash::cli {

/// Whether there is somebody who could be asked: standard input and output are a terminal, and the
/// output is for people.
bool CanAsk(const Output& output);

/// Something that can never be undone: "overwrite the only image of", "swp3".
struct Deed {
  std::string what;
  std::string device;
};

/// "overwrite the only image of swp3, swp4? [y/N] "; one question for all `deeds`, of which there
/// is one at least.
std::string Question(const std::vector<Deed>& deeds);

/// Whether an answer means yes: "y" or "yes", in capitals or not.
bool IsYes(std::string_view answer);

/// Asks on the terminal and waits for a line. Errors: kCanceled when `stop` is requested.
Task<bool> Confirm(RealScheduler& scheduler, std::string question, std::stop_token stop);

}  // namespace reflash::cli
