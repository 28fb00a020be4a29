// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "cli/display.h"

namespace reflash::cli {

/// Prints a line when a phase begins and at the end; no escape codes, for logs and pipes.
class LineDisplay : public Display {
 public:
  explicit LineDisplay(const Output& output) : output_(output) {}

  void Show(const JobSnapshot& job) override;

 private:
  const Output& output_;
  std::map<std::string, Phase> shown_;
};

}  // namespace reflash::cli
