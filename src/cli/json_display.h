// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "cli/display.h"

namespace reflash::cli {

/// Prints an object when a phase begins, when percent changes (and once a second in between), and
/// at the end.
class JsonDisplay : public Display {
 public:
  JsonDisplay(const Output& output, const Scheduler& scheduler)
      : output_(output), scheduler_(scheduler) {}

  void Show(const JobSnapshot& job) override;

 private:
  struct Shown {
    Phase phase = Phase::kIdle;
    int percent = -1;
    TimePoint time;
  };

  const Output& output_;
  const Scheduler& scheduler_;
  std::map<std::string, Shown> shown_;
};

}  // namespace reflash::cli
