// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "async/scheduler.h"
#include "ledger/ledger.h"

namespace reflash {

/// Holds the claim on a device for a job and shows the job's progress to other processes: each
/// phase and the end at once, what happens between them at most every `kPublishInterval`.
class Publication {
 public:
  static constexpr Duration kPublishInterval = std::chrono::milliseconds(250);

  Publication(Scheduler& scheduler, Ledger& ledger, Claim claim)
      : scheduler_(scheduler), ledger_(ledger), claim_(std::move(claim)) {}

  /// A ledger that cannot be written (a full disk) does not stop an update: watchers then see an
  /// old picture, while the claim still keeps others away.
  void Publish(const JobSnapshot& snapshot);

 private:
  Scheduler& scheduler_;
  Ledger& ledger_;
  Claim claim_;
  std::optional<TimePoint> last_time_;
  Phase last_phase_ = Phase::kIdle;
};

}  // namespace reflash
