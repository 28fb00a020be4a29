// SPDX-License-Identifier: Apache-2.0
#include "capi/adapter_device.h"

#include <algorithm>
#include <array>
#include <utility>

#include "capi/adapter_file.h"
#include "capi/adapter_info.h"

namespace reflash::capi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// What each step takes as a rule (ours, nothing is advertised); an error costs a bar its evenness.
/// The read-back of an update is a part of Finish; by itself it is the only step, of any weight.
struct EstimateRow {
  Step step;
  Duration fixed;
  Duration per_chunk;
};
constexpr std::array kEstimates{
    EstimateRow{Step::kPrepare, milliseconds(100), {}},
    EstimateRow{Step::kWrite, {}, seconds(1)},
    EstimateRow{Step::kFinish, seconds(5), milliseconds(200)},
    EstimateRow{Step::kReadBack, milliseconds(100), {}},
};

}  // namespace

AdapterDevice::AdapterDevice(Scheduler& scheduler, std::unique_ptr<PlatformFacility> facility,
                             std::unique_ptr<PciSlot> slot)
    : scheduler_(scheduler),
      facility_(std::move(facility)),
      slot_(std::move(slot)),
      control_(scheduler, *facility_) {}

Duration AdapterDevice::Estimate(Step step, std::uint64_t image_bytes) const {
  const auto* const row = std::ranges::find(kEstimates, step, &EstimateRow::step);
  if (row == kEstimates.end()) return Duration::zero();
  return row->fixed + row->per_chunk * (image_bytes / ImageChunks::kChunkBytes + 1);
}

Task<DeviceInfo> AdapterDevice::DoInspect(std::stop_token stop) {
  seen_ = co_await control_.ReadVitalData(std::move(stop));
  co_return DescribeAdapter(*seen_);
}

Task<std::optional<std::string>> AdapterDevice::DoInUse() {
  seen_ = co_await control_.ReadVitalData();
  co_return DescribeUse(*seen_);
}

// The header that goes to the platform is always that of the adapter, so an image for another one
// would not be noticed there before it has overwritten the flash.
Result<LoadPlan> AdapterDevice::DoPlanLoad(const Image& image, const JobOptions& /*options*/,
                                           const DeviceInfo& /*before*/) const {
  LoadPlan plan{.bank = std::string(kUserBank), .version = std::nullopt};
  const std::optional<AdapterFile> file = REFLASH_TRY(AdapterFile::Parse(image.bytes()));
  if (!file) return plan;
  if (file->is_partial) {
    return Fail(ErrorCode::kNotSupported,
                "the image is a partial one, without the service layer; adapters take full images "
                "alone");
  }
  if (seen_ && file->identity != seen_->identity) {
    return Fail(ErrorCode::kInvalidImage, "the image is for {}; the adapter is {}",
                file->identity.ToString(), seen_->identity.ToString());
  }
  plan.version = file->version;
  return plan;
}

Task<void> AdapterDevice::CheckFree(bool allow_in_use) {
  seen_ = co_await control_.ReadVitalData();
  if (seen_->sequence != OpenSequence::kIdle) {
    co_await Fail(ErrorCode::kBusy, "{} is open on the adapter; an abort ends it",
                  DescribeSequence(seen_->sequence));
  }
  const std::optional<std::string> use = DescribeUse(*seen_);
  if (use && !allow_in_use) co_await Fail(ErrorCode::kBusy, "in use: {}", *use);
}

// Any failure from the first chunk on resets the adapter, so its units go before that. Whoever
// opened one since it was looked at, or is not let go of, stops us here.
Task<void> AdapterDevice::TakeUnits(const Job& job) {
  co_await CheckFree(job.options().allow_in_use);
  released_units_ = true;
  co_await slot_->Release();
  co_await CheckFree(/*allow_in_use=*/false);
}

Task<void> AdapterDevice::DoPrepare(Job& job) {
  job.Report(Phase::kPreparing, 0, 0, "releasing the units of the adapter");
  validated_for_ = nullptr;
  co_await TakeUnits(job);
  download_.emplace(scheduler_, *facility_, FacilityOperation::kDownload, seen_->identity,
                    job.image());
}

Task<std::uint64_t> AdapterDevice::DoWrite(Job& job, std::uint64_t offset) {
  sequence_begun_ = true;
  co_return co_await download_->Send(offset, job.stop_token());
}

Task<void> AdapterDevice::Validate(Job& job) {
  FacilitySequence validation(scheduler_, *facility_, FacilityOperation::kValidate, seen_->identity,
                              job.image());
  const std::uint64_t size = job.image().size();
  std::uint64_t offset = 0;
  sequence_begun_ = true;
  while (!validation.complete()) {
    if (job.stop_token().stop_requested()) co_await Fail(ErrorCode::kCanceled, "canceled");
    job.Report(Phase::kWriting, offset, size, "validating the image");
    offset += co_await validation.Send(offset, job.stop_token());
  }
  job.Report(Phase::kWriting, size, size, "validating the image");
}

Task<void> AdapterDevice::DoFinish(Job& job) {
  if (!download_->complete()) {
    co_await Fail(ErrorCode::kInvalidArgument, "the image was not downloaded to its end");
  }
  co_await Validate(job);
  if (job.stop_token().stop_requested()) co_await Fail(ErrorCode::kCanceled, "canceled");
  job.PassPointOfNoReturn("the adapter is being reset");
  job.Report(Phase::kProgramming, 0, 0, "resetting the adapter");
  co_await Restart();
  validated_for_ = &job;
}

Task<void> AdapterDevice::Restart() {
  co_await control_.Reset();
  sequence_begun_ = false;
  co_await slot_->Rescan();
  released_units_ = false;
}

Task<void> AdapterDevice::Restore() {
  download_.reset();
  if (sequence_begun_) {
    co_await Restart();
  } else if (released_units_) {
    co_await slot_->Rescan();
    released_units_ = false;
  }
}

Task<void> AdapterDevice::DoCleanup(Job& /*job*/, const Result<void>& /*outcome*/) {
  validated_for_ = nullptr;
  return Restore();
}

Task<void> AdapterDevice::TakeUnitsAndValidate(Job& job) {
  co_await TakeUnits(job);
  co_await Validate(job);
  sequence_begun_ = false;  // it ended in a success, and nothing was changed
}

Task<void> AdapterDevice::DoReadBack(Job& job) {
  if (validated_for_ == &job) co_return;
  const Result<void> compared = co_await Outcome(TakeUnitsAndValidate(job));
  const Result<void> restored = co_await Outcome(Restore());
  if (!compared && !restored) {
    co_await Fail(Error(compared.error().code(),
                        fmt::format("{}; then the adapter could not be put back in order",
                                    compared.error().Message()))
                      .Because(restored.error()));
  }
  co_await compared;
  co_await restored;
}

// Whoever was interrupted may have been anywhere, also between a validation that ended well and its
// reset, which nothing shows. So the adapter is reset, unless somebody works with it again.
Task<void> AdapterDevice::DoAbort(Job& /*job*/) {
  const Result<VitalData> now = co_await Outcome(control_.ReadVitalData());
  const bool in_use = now && now->sequence == OpenSequence::kIdle && now->afus_open > 0;
  if (in_use) co_return;
  released_units_ = true;
  const Result<void> released = co_await Outcome(slot_->Release());
  if (!released) {
    co_await Outcome(Restore());
    co_await released;
  }
  co_await Restart();
}

}  // namespace reflash::capi
