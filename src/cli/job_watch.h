// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "async/scheduler.h"
#include "cli/display.h"
#include "ledger/ledger.h"

namespace reflash::cli {

/// Follows the jobs of other processes by what they publish in the ledger, and shows each change.
/// It only reads, so whoever stops watching stops no job. Lives while Run is awaited.
class JobWatch {
 public:
  static constexpr Duration kInterval = std::chrono::milliseconds(200);

  /// Whether the jobs of a device are to be followed, by the name that their process gave it.
  using Wanted = std::function<bool(const std::string& device)>;

  JobWatch(Scheduler& scheduler, const Ledger& ledger, Display& display, Wanted wanted)
      : scheduler_(scheduler), ledger_(ledger), display_(display), wanted_(std::move(wanted)) {}

  /// Waits until every job has ended that was running when it began, or came since. Returns the
  /// last picture of each; nothing when none ran. A job whose process is gone ended as failed; one
  /// that had died before counts too, as long as nobody has repaired what it left.
  /// Errors: kCanceled when `stop` is requested; those of the ledger.
  Task<std::vector<JobSnapshot>> Run(std::stop_token stop);

 private:
  struct Watched {
    JobSnapshot last;
    pid_t pid = 0;
  };

  Result<void> Look();
  void LookAt(const PublishedJob& job);
  [[nodiscard]] bool LeftUnrepaired(const PublishedJob& job) const;
  void Show(Watched& watched, const JobSnapshot& picture);
  [[nodiscard]] bool AllEnded() const;

  Scheduler& scheduler_;
  const Ledger& ledger_;
  Display& display_;
  Wanted wanted_;
  bool looked_before_ = false;
  std::map<std::string, Watched> jobs_;  ///< by the hardware's address
};

}  // namespace reflash::cli
