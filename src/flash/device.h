// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "async/scheduler.h"
#include "flash/device_info.h"
#include "flash/job.h"
#include "flash/load_plan.h"

namespace reflash {

/// A piece of hardware whose firmware can be updated: what a driver implements. The Engine owns
/// it and calls one operation at a time, in this order for an update:
///
///     Inspect, PlanLoad, InUse, Prepare, Write..., Finish, Inspect, [ReadBack], InUse, Run,
///     Inspect, Commit, Inspect, Cleanup, Inspect
///
/// Cleanup is called once, in every case in which Prepare was entered, also after an Error and
/// after a cancellation. A driver does the single steps; it does not decide on their order, does
/// not compare versions and does not retry a whole update.
///
/// Any operation ends with kCanceled when the job's stop token is requested at a place where the
/// device can stop; with kTimeout, kHwError or kRwError when the device fails. How a driver is
/// written: docs/adding-a-driver.md.
class Device {
 public:
  Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  virtual ~Device() = default;

  /// The word for this sort of device in `list --json`: "cmis-module".
  [[nodiscard]] virtual std::string_view kind() const = 0;
  /// What names the hardware for every process of the machine, whatever a configuration calls it.
  /// Jobs exclude each other by it.
  [[nodiscard]] virtual const std::string& hardware_address() const = 0;

  /// Reads what the device is and holds. Nothing is changed in the device.
  /// Errors: kNotFound when nothing answers; kNotSupported when what answers cannot be updated by
  /// this driver, with the reason ("not a CMIS module").
  Task<DeviceInfo> Inspect(std::stop_token stop = {});

  /// Why a step that cuts traffic would hurt somebody now ("interface eth0 is up"), or nothing.
  Task<std::optional<std::string>> InUse();

  /// Looks at an image without touching the device: whether it is whole and of a sort that the
  /// options allow here, and where it would go. `before` is what Inspect gave.
  /// Errors: kInvalidImage for an image that is damaged or not for this device; kInvalidSize;
  /// kPermission for one that cannot be undone and was not allowed, with the option that allows it.
  [[nodiscard]] Result<LoadPlan> PlanLoad(const Image& image, const JobOptions& options,
                                          const DeviceInfo& before) const {
    return DoPlanLoad(image, options, before);
  }

  /// Makes the device ready for job.image(). The bank that it goes to may be erased by it.
  /// Errors: kBusy when somebody else has the device; kInvalidSize for an image that does not fit.
  Task<void> Prepare(Job& job);
  /// Hands over the bytes of the image from `offset` on, as many as the driver likes, and returns
  /// how many the device took. Zero, or more than was left, is an error of the driver: kRwError.
  Task<std::uint64_t> Write(Job& job, std::uint64_t offset);
  /// Lets the device verify and program what it got, and waits for it.
  /// Errors: kInvalidImage when the device refuses the image.
  Task<void> Finish(Job& job);
  /// Tells the driver that somebody wants the job to stop, before the stop token is requested.
  /// Returns at once; the running operation ends with kCanceled where the device can stop.
  /// Errors: kBusy when the device cannot stop from where it is, with the reason; the stop token
  /// is not requested then, and the job goes on.
  Result<void> Cancel(Job& job) { return DoCancel(job); }
  /// Puts the device back in order after Prepare was entered, with what `outcome` was.
  Task<void> Cleanup(Job& job, const Result<void>& outcome);

  /// Compares what the device holds in job.bank() with job.image(), behind a load or by itself.
  /// Errors: kHwError at the first difference, with its offset; kNotSupported.
  Task<void> ReadBack(Job& job);
  /// Starts the image in job.bank() and waits until the device works again. Cuts traffic.
  /// Errors: kTimeout when it does not come back.
  Task<void> Run(Job& job);
  /// Makes the running image the one that boots. Errors: kBusy when the device refuses it now.
  Task<void> Commit(Job& job);
  /// Makes the image run that Run has left, even when the running one hardly answers, and waits
  /// for it. Cuts traffic. Errors: kNotSupported when there is no other image.
  Task<void> Rollback(Job& job);
  /// Ends a download that was left open, by whomever. Where there is none it does no harm: nothing,
  /// or a reset where the device does not tell.
  /// Errors: kNotSupported when only another load helps.
  Task<void> Abort(Job& job);

  /// How long a step is expected to take, for progress; from what the device advertises.
  [[nodiscard]] virtual Duration Estimate(Step step, std::uint64_t image_bytes) const = 0;

 private:
  virtual Task<DeviceInfo> DoInspect(std::stop_token stop) = 0;
  virtual Task<std::optional<std::string>> DoInUse();
  /// The default takes any image into the bank that does not run.
  [[nodiscard]] virtual Result<LoadPlan> DoPlanLoad(const Image& image, const JobOptions& options,
                                                    const DeviceInfo& before) const;
  virtual Task<void> DoPrepare(Job& job) = 0;
  virtual Task<std::uint64_t> DoWrite(Job& job, std::uint64_t offset) = 0;
  virtual Task<void> DoFinish(Job& job) = 0;
  virtual Result<void> DoCancel(Job& job);
  virtual Task<void> DoCleanup(Job& job, const Result<void>& outcome) = 0;
  virtual Task<void> DoReadBack(Job& job);
  virtual Task<void> DoRun(Job& job);
  virtual Task<void> DoCommit(Job& job);
  virtual Task<void> DoRollback(Job& job);
  virtual Task<void> DoAbort(Job& job);
};

}  // namespace reflash
