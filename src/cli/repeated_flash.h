// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <stop_token>
#include <vector>

#include "cli/flash_run.h"
#include "cli/flash_statistics.h"

namespace reflash::cli {

/// Flashes the same devices several times, one run after the other, and writes the image each time
/// although it runs already: devices with two banks alternate between them. A stop request ends the
/// run under way and the whole. Lives while Run is awaited.
class RepeatedFlash {
 public:
  /// `options.max_failures` counts over all runs.
  RepeatedFlash(Scheduler& scheduler, Engine& engine, const Output& output, Display& display,
                FlashRunOptions options, std::size_t times)
      : scheduler_(scheduler),
        engine_(engine),
        output_(output),
        display_(display),
        options_(std::move(options)),
        times_(times) {}

  /// Returns the last pictures of the jobs of all runs; their errors were printed. When a device is
  /// refused in the first run and the options do not say to keep going, that is all; one that is
  /// refused later does not stop the others.
  Task<std::vector<JobSnapshot>> Run(std::vector<Assignment> assignments, std::stop_token stop);

  [[nodiscard]] const FlashStatistics& statistics() const { return statistics_; }

 private:
  Task<void> AskAdvertised(const std::vector<Assignment>& assignments, std::stop_token stop);
  Task<std::vector<JobSnapshot>> RunOnce(std::vector<Assignment> assignments, std::stop_token stop);
  bool GoesOn(const std::vector<JobSnapshot>& jobs);

  Scheduler& scheduler_;
  Engine& engine_;
  const Output& output_;
  Display& display_;
  FlashRunOptions options_;
  std::size_t times_;
  FlashStatistics statistics_;
};

}  // namespace reflash::cli
