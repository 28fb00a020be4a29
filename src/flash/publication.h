// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <optional>

#include "async/scheduler.h"
#include "ledger/ledger.h"

namespace reflash {

/// How often a process shows how far its jobs are: each four times a second, all together not more
/// than a thousand times, since a picture is a file.
class PublishingPace {
 public:
  static constexpr Duration kShortestInterval = std::chrono::milliseconds(250);
  static constexpr Duration kIntervalForEachJob = std::chrono::milliseconds(1);

  [[nodiscard]] Duration interval() const {
    return std::max(kShortestInterval, jobs_ * kIntervalForEachJob);
  }

 private:
  friend class Publication;
  int jobs_ = 0;
};

/// Holds the claim on a device for a job and shows the job's progress to other processes: each
/// phase and the end at once, what happens between them at the pace of the process.
class Publication {
 public:
  Publication(Scheduler& scheduler, Ledger& ledger, std::shared_ptr<PublishingPace> pace,
              Claim claim);
  Publication(const Publication&) = delete;
  Publication& operator=(const Publication&) = delete;
  ~Publication();

  /// A ledger that cannot be written (a full disk) does not stop an update: watchers then see an
  /// old picture, while the claim still keeps others away.
  void Publish(const JobSnapshot& snapshot);

 private:
  Scheduler& scheduler_;
  Ledger& ledger_;
  std::shared_ptr<PublishingPace> pace_;
  Claim claim_;
  std::optional<TimePoint> last_time_;
  Phase last_phase_ = Phase::kIdle;
};

}  // namespace reflash
