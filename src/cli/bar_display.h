// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "cli/display.h"

namespace reflash::cli {

/// Draws a bar for each job that runs, at the bottom of the terminal; jobs that have ended stand
/// above as a line each. With more jobs than the terminal has rows, the rest is counted.
class BarDisplay : public Display {
 public:
  explicit BarDisplay(const Scheduler& scheduler) : scheduler_(scheduler) {}
  BarDisplay(const BarDisplay&) = delete;
  BarDisplay& operator=(const BarDisplay&) = delete;
  ~BarDisplay() override;

  void Show(const JobSnapshot& job) override;

 private:
  [[nodiscard]] std::string Erase() const;
  std::string Bars();

  const Scheduler& scheduler_;
  std::map<std::string, JobSnapshot> running_;
  std::size_t rows_drawn_ = 0;
  TimePoint last_drawn_;
};

/// One row: name, bar, percent, what happens, time left; not longer than `columns`.
std::string BarRow(const JobSnapshot& job, std::size_t columns);

}  // namespace reflash::cli
