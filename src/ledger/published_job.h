// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "ledger/holder.h"
#include "ledger/job_snapshot.h"

namespace reflash {

/// A job as other processes see it: what it published last, and who holds its device now.
struct PublishedJob {
  JobSnapshot snapshot;
  std::optional<Holder> holder;

  /// Whether its process is gone without having ended it.
  [[nodiscard]] bool Died() const { return !snapshot.outcome && !holder; }

  bool operator==(const PublishedJob&) const = default;
};

}  // namespace reflash
