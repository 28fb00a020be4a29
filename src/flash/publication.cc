// SPDX-License-Identifier: Apache-2.0
#include "flash/publication.h"

#include <tuple>
#include <utility>

namespace reflash {

Publication::Publication(Scheduler& scheduler, Ledger& ledger, std::shared_ptr<PublishingPace> pace,
                         Claim claim)
    : scheduler_(scheduler), ledger_(ledger), pace_(std::move(pace)), claim_(std::move(claim)) {
  ++pace_->jobs_;
}

Publication::~Publication() { --pace_->jobs_; }

void Publication::Publish(const JobSnapshot& snapshot) {
  const TimePoint now = scheduler_.Now();
  const bool due = !last_time_ || now - *last_time_ >= pace_->interval();
  if (!due && snapshot.phase == last_phase_ && !snapshot.outcome) return;
  last_time_ = now;
  last_phase_ = snapshot.phase;
  std::ignore = ledger_.Publish(claim_, snapshot);
}

}  // namespace reflash
