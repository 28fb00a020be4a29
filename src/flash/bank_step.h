// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "flash/device.h"
#include "flash/job.h"

namespace reflash {

/// One step of a bank switch by itself: Run, Commit, Rollback (which is committed) or Abort, and a
/// look whether it did what it should. Lives while Execute is awaited.
class BankStep {
 public:
  /// `job` is that of the step; its options say whether traffic may be cut.
  BankStep(Job& job, Step step) : job_(job), device_(*job.device_), step_(step) {}

  /// Whether there is such a step.
  static bool Exists(Step step);

  /// Returns what the device holds then. Errors: kBusy while the device is in use; kNotSupported
  /// for a hitless start that it does not offer; kCanceled before it began; kHwError when the
  /// device took the step and does not show it; those of the step.
  Task<DeviceInfo> Execute();

 private:
  /// A bank that was named must be there, and be one that the device can start.
  [[nodiscard]] Result<void> CheckBank(const DeviceInfo& before) const;
  Task<void> CheckAllowed(const Result<DeviceInfo>& before);
  Task<void> Perform();
  /// Going back is meant to last: an image that is not the one that boots yet is committed.
  Task<DeviceInfo> CommitRollback();
  [[nodiscard]] Result<void> CheckDone(const Result<DeviceInfo>& before,
                                       const DeviceInfo& after) const;
  /// A device whose image hardly answers can still be told to go back or to give up.
  [[nodiscard]] bool is_rescue() const { return step_ == Step::kRollback || step_ == Step::kAbort; }
  [[nodiscard]] bool switches() const { return step_ == Step::kRun || step_ == Step::kRollback; }

  Job& job_;
  Device& device_;
  Step step_;
};

}  // namespace reflash
