// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "flash/device.h"
#include "flash/expectation.h"
#include "flash/job.h"
#include "flash/update_journal.h"

namespace reflash {

/// The sequence of one update, from Prepare to the last look at the device:
///
///     load      Prepare, Write until all is taken, Finish
///     verify    the idle bank holds a valid image of the expected version (and ReadBack)
///     run       unless the job says otherwise; refused while the device is in use
///     verify    the new image runs and has the expected version, else Rollback
///     commit    unless the job says otherwise
///     verify    the running image is the one that boots
///
/// Whatever happens, Cleanup follows once Prepare was entered, and the device is looked at once
/// more, so that the job ends with what the device holds. The journal knows of it in between.
///
/// The image that boots is never erased while another one runs: that one is committed first. Where
/// the wanted version runs already and is merely not committed, committing it is all.
///
/// Lives while Execute is awaited.
class Update {
 public:
  /// `job` is admitted; `journal_worker` writes the journal.
  Update(Job& job, const Ledger& ledger, Worker& journal_worker);

  /// Ends the job in every case; the outcome stands in its snapshot.
  /// Errors: those of the ledger, when the journal could not be cleared in the end.
  Task<void> Execute();

  /// The steps that a job with these options consists of, with the device's estimates.
  static std::vector<PlannedStep> Plan(const Device& device, const DeviceInfo& before,
                                       const std::optional<Version>& wanted,
                                       const JobOptions& options, std::uint64_t image_bytes);

 private:
  Task<JobOutcome> Sequence();
  Task<void> TakeHold();
  Task<void> CommitRunning();
  Task<void> Load();
  Task<void> WriteImage();
  Task<void> CheckLoaded();
  Task<JobOutcome> Activate();
  Task<void> Start();
  Task<void> Commit();
  Task<JobOutcome> GoBack(Error reason);
  Task<bool> OldImageRuns();
  Task<bool> CleanUp(const Result<void>& result);
  Task<bool> LookAtTheEnd();

  Result<void> Begin(Step step);
  [[nodiscard]] Result<void> CheckNotStopped() const;
  [[nodiscard]] JobOutcome OutcomeOf(const Error& error) const;
  [[nodiscard]] const DeviceInfo& before() const { return expected_.before(); }

  Job& job_;
  Device& device_;
  std::optional<Version> wanted_;
  Expectation expected_;
  UpdateJournal journal_;
  bool has_hold_ = false;  ///< the journal knows of us; from here on the device is changed
  bool prepare_entered_ = false;
  /// The journal knew of an update that was interrupted and could not be repaired. What keeps it
  /// from being forgotten is a load that succeeds.
  bool inherits_entry_ = false;
  bool loaded_ = false;
};

}  // namespace reflash
