// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "async/scheduler.h"
#include "async/worker.h"
#include "flash/device.h"
#include "flash/job.h"
#include "ledger/ledger.h"

namespace reflash {

/// Receives what a person should know and no result says: the name of a device and a sentence.
using Notice = std::function<void(const std::string&, const std::string&)>;

/// What the journal says about an update while it is under way, so that the next command can tell
/// what was interrupted, and repair it. The caller holds the claim. The disk may be slow, so it is
/// written by a worker while other jobs go on.
class UpdateJournal {
 public:
  UpdateJournal(const Ledger& ledger, Scheduler& scheduler, Worker& worker, const Job& job)
      : ledger_(ledger),
        scheduler_(scheduler),
        worker_(worker),
        job_(job),
        begun_at_(scheduler.WallClockText()) {}

  /// Whether there is an entry for the hardware, also one that cannot be read.
  Task<bool> IsThere();
  /// Writes down what is about to happen; it is on the disk when this returns. `words` complete
  /// "was interrupted while ".
  Task<void> Write(Phase phase, std::string_view words);
  /// Removes the entry, once it is known what the device holds.
  Task<void> Clear();

  /// Ends what an interrupted update left open on `device`, and gives notice of it. What can't be
  /// repaired keeps its entry, and does not keep anybody from working: a new image, or the other
  /// bank, may be what helps.
  static Task<void> Repair(const Ledger& ledger, Device& device, Job& job, const Notice& notice);

 private:
  const Ledger& ledger_;
  Scheduler& scheduler_;
  Worker& worker_;
  const Job& job_;
  std::string begun_at_;
};

}  // namespace reflash
