// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/directory.h"
#include "base/error.h"
#include "ledger/claim.h"
#include "ledger/holder.h"
#include "ledger/job_snapshot.h"
#include "ledger/journal_entry.h"
#include "ledger/ledger_directories.h"
#include "ledger/published_job.h"

namespace reflash {

/// What processes share: who holds which hardware (claims), how far each job is (snapshots), and
/// what was begun on a device and not ended (the journal). A process opens it once; all functions
/// may be called from any thread. Everything is keyed by the hardware's own address.
///
/// The files are small (64 KiB at most is read of each), one for each address and use; a file that
/// holds something else is kRwError ("... is damaged"), never trusted. Errors of the system come
/// as errno has them and name the file or directory.
class Ledger {
 public:
  /// Opens the directories and creates what is missing.
  /// Errors: kPermission where the system forbids it, or a directory belongs to somebody else or
  /// lets everybody write; kNotFound when something on the way is not a directory.
  static Result<Ledger> Open(const LedgerDirectories& directories);

  /// Claims the hardware for this process. `device_name` and `purpose` ("reflash flash") are what
  /// others are told.
  /// Errors: kBusy when it is held, by another process or by this one: "swp1 is held by process
  /// 4711 (reflash flash, as 'port7')"; kInvalidArgument for an empty address.
  [[nodiscard]] Result<Claim> TryClaim(const std::string& hardware_address,
                                       const std::string& device_name,
                                       const std::string& purpose) const;

  /// Who holds the hardware now. It only looks, so it never makes another's TryClaim fail. One
  /// who took it this moment, or whose lock file we may not read, is a Holder with pid 0.
  [[nodiscard]] std::optional<Holder> FindHolder(const std::string& hardware_address) const;

  /// Shows `snapshot` to all processes, in place of the one before, in one step. It stays when the
  /// claim ends, until the next job publishes. It does not survive a reboot.
  /// Errors: kInvalidArgument when the snapshot is of other hardware than the claim.
  [[nodiscard]] Result<void> Publish(const Claim& claim, const JobSnapshot& snapshot) const;

  /// The last snapshot of a job on this hardware; nothing when there was none.
  /// Errors: kRwError, naming the file, when it is damaged.
  [[nodiscard]] Result<std::optional<JobSnapshot>> ReadSnapshot(
      const std::string& hardware_address) const;

  /// All published jobs, running and ended. Snapshots that are damaged or vanish are left out: a
  /// watcher wants to see the others, and the next job on that hardware replaces them.
  [[nodiscard]] Result<std::vector<PublishedJob>> ListSnapshots() const;

  /// Writes down, before a device enters a state that outlives us, what is about to happen; it
  /// replaces an entry of the same hardware. When it returns, the entry survives a loss of power.
  /// The caller holds the claim.
  [[nodiscard]] Result<void> Begin(const JournalEntry& entry) const;

  /// Removes the entry, also across a loss of power, once the device is in a state that needs no
  /// repair. A missing one is fine. The caller holds the claim.
  [[nodiscard]] Result<void> Clear(const std::string& hardware_address) const;

  /// What was begun on this hardware; nothing when all was ended.
  /// Errors: kRwError, naming the file, when the entry is damaged.
  [[nodiscard]] Result<std::optional<JournalEntry>> Find(const std::string& hardware_address) const;

  /// All entries. Unlike a snapshot, a damaged entry is an error here too (kRwError): it still
  /// tells that a device was left in the middle of something, and nobody may overlook that.
  [[nodiscard]] Result<std::vector<JournalEntry>> All() const;

 private:
  Ledger(Directory claims, Directory snapshots, Directory journal)
      : claims_(std::move(claims)),
        snapshots_(std::move(snapshots)),
        journal_(std::move(journal)) {}

  [[nodiscard]] std::optional<PublishedJob> ReadPublishedJob(const std::string& name) const;

  Directory claims_;
  Directory snapshots_;
  Directory journal_;
};

}  // namespace reflash
