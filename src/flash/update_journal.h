// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "async/scheduler.h"
#include "flash/device.h"
#include "flash/job.h"
#include "ledger/ledger.h"

namespace reflash {

/// Receives what a person should know and no result says: the name of a device and a sentence.
using Notice = std::function<void(const std::string&, const std::string&)>;

/// What the journal says about an update while it is under way, so that the next command can tell
/// what was interrupted, and repair it. The caller holds the claim.
class UpdateJournal {
 public:
  UpdateJournal(const Ledger& ledger, const Scheduler& scheduler, const Job& job)
      : ledger_(ledger), job_(job), begun_at_(scheduler.WallClockText()) {}

  /// Writes down what is about to happen; it is on the disk when this returns. `words` complete
  /// "was interrupted while ".
  [[nodiscard]] Result<void> Write(Phase phase, std::string_view words) const;
  /// Removes the entry, once it is known what the device holds.
  [[nodiscard]] Result<void> Clear() const;

  /// Ends what an interrupted update left open on `device`, and gives notice of it. What can't be
  /// repaired keeps its entry, and does not keep anybody from working: a new image, or the other
  /// bank, may be what helps.
  static Task<void> Repair(const Ledger& ledger, Device& device, Job& job, const Notice& notice);

 private:
  const Ledger& ledger_;
  const Job& job_;
  std::string begun_at_;
};

}  // namespace reflash
