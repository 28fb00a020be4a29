// SPDX-License-Identifier: Apache-2.0
#include "flash/publication.h"

#include <tuple>

namespace reflash {

void Publication::Publish(const JobSnapshot& snapshot) {
  const TimePoint now = scheduler_.Now();
  const bool due = !last_time_ || now - *last_time_ >= kPublishInterval;
  if (!due && snapshot.phase == last_phase_ && !snapshot.outcome) return;
  last_time_ = now;
  last_phase_ = snapshot.phase;
  std::ignore = ledger_.Publish(claim_, snapshot);
}

}  // namespace reflash
