// SPDX-License-Identifier: Apache-2.0
#include "flash/update_journal.h"

#include <unistd.h>

namespace reflash {
namespace {

std::string WhatWasInterrupted(const Result<std::optional<JournalEntry>>& left) {
  if (!left) {
    return fmt::format("an update was interrupted, and what is known of it can't be read ({})",
                       left.error().Message());
  }
  const JournalEntry& entry = **left;
  return fmt::format("an update with {} that began at {} was interrupted while {}",
                     entry.image_name, entry.begun_at, entry.words);
}

}  // namespace

Task<void> UpdateJournal::Write(Phase phase, std::string_view words) {
  JournalEntry entry{
      .hardware_address = job_.snapshot().hardware_address,
      .device = job_.snapshot().device,
      .image_name = job_.image().name(),
      .image_sha256 = job_.image().sha256(),
      .pid = ::getpid(),
      .begun_at = begun_at_,
      .phase = phase,
      .words = std::string(words),
  };
  return worker_.Run(scheduler_,
                     [&ledger = ledger_, entry = std::move(entry)] { return ledger.Begin(entry); });
}

Task<bool> UpdateJournal::IsThere() {
  return worker_.Run(
      scheduler_,
      [&ledger = ledger_, address = job_.snapshot().hardware_address]() -> Result<bool> {
        const Result<std::optional<JournalEntry>> entry = ledger.Find(address);
        return !entry || entry->has_value();
      });
}

Task<void> UpdateJournal::Clear() {
  return worker_.Run(scheduler_, [&ledger = ledger_, address = job_.snapshot().hardware_address] {
    return ledger.Clear(address);
  });
}

Task<void> UpdateJournal::Repair(const Ledger& ledger, Device& device, Job& job,
                                 const Notice& notice) {
  const std::string& name = job.snapshot().device;
  const std::string& address = device.hardware_address();
  const Result<std::optional<JournalEntry>> left = ledger.Find(address);
  const bool nothing = left && !*left;
  if (nothing) co_return;

  const std::string what = WhatWasInterrupted(left);
  const Result<void> aborted = co_await Outcome(device.Abort(job));
  if (!aborted) {
    notice(name, fmt::format("{}; what it left open could not be ended ({})", what,
                             aborted.error().Message()));
    co_return;
  }
  notice(name, what + "; what it left open was ended");
  const Result<void> cleared = ledger.Clear(address);
  if (!cleared) notice(name, cleared.error().Message());
}

}  // namespace reflash
