// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "flash/device.h"
#include "flash/job.h"

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
/// Whatever happens, Cleanup follows and the device is looked at once more, so that the job ends
/// with what the device holds. Lives while Execute is awaited.
class Update {
 public:
  /// `before` is what the device held when the job was admitted, `wanted` what it must run in the
  /// end, if anybody knows.
  Update(Job& job, DeviceInfo before, std::optional<Version> wanted)
      : job_(job), device_(*job.device_), before_(std::move(before)), wanted_(wanted) {}

  /// Ends the job in every case; the outcome stands in its snapshot. Returns whether the device
  /// was reached after the end, so that what it holds is known.
  Task<bool> Execute();

  /// The steps that a job with these options consists of, with the device's estimates.
  static std::vector<PlannedStep> Plan(const Device& device, const DeviceInfo& before,
                                       const JobOptions& options, std::uint64_t image_bytes);

 private:
  Task<JobOutcome> LoadAndActivate();
  Task<void> Load();
  Task<void> CheckLoaded();
  Task<JobOutcome> Activate();
  Task<void> Start();
  Task<void> CheckStarted();
  Task<void> Commit();
  Task<JobOutcome> GoBack(Error reason);
  Task<bool> LookAtTheEnd();
  Task<void> CheckNotInUse();
  [[nodiscard]] std::string TargetBank() const;
  Result<void> CheckVersion(const std::optional<Version>& found, std::string_view where) const;

  Job& job_;
  Device& device_;
  DeviceInfo before_;
  std::optional<Version> wanted_;
};

}  // namespace reflash
