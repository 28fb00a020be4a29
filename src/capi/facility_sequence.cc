// SPDX-License-Identifier: Apache-2.0
#include "capi/facility_sequence.h"

#include <utility>

#include "capi/patient_call.h"
#include "capi/return_code.h"

namespace reflash::capi {

FacilitySequence::FacilitySequence(Scheduler& scheduler, PlatformFacility& facility,
                                   FacilityOperation operation, const AdapterIdentity& identity,
                                   Image image)
    : scheduler_(scheduler),
      facility_(facility),
      operation_(operation),
      image_(std::move(image)),
      chunks_(identity, image_.bytes()) {}

Task<std::uint64_t> FacilitySequence::Send(std::uint64_t offset, std::stop_token stop) {
  if (state_ != State::kOpen || offset != sent_) {
    co_return Fail(ErrorCode::kInvalidArgument,
                   "the chunk at {:#x} is not the next one of the sequence, which is at {:#x} of "
                   "{:#x}",
                   offset, sent_, image_.size());
  }
  // Whatever ends this Task early leaves a sequence that cannot go on.
  state_ = State::kFailed;
  const Chunk chunk = chunks_.At(offset);
  const Result<FacilityReply> reply = co_await Outcome(
      CallPatiently(scheduler_, facility_, operation_, token_, chunk.buffers, std::move(stop)));
  if (!reply) {
    const bool downloads = operation_ == FacilityOperation::kDownload;
    co_return Fail(Error(reply.error().code(), fmt::format("the chunk at {:#x} was not {}", offset,
                                                           downloads ? "taken" : "validated"))
                       .Because(reply.error()));
  }
  sent_ += chunk.image_bytes;
  co_await Accept(*reply);
  co_return chunk.image_bytes;
}

Result<void> FacilitySequence::Accept(const FacilityReply& reply) {
  const bool content = FindReturnCode(reply.code, operation_).next == ReturnCode::Next::kComplete;
  const bool is_last = sent_ == image_.size();
  if (content != is_last) {
    return Fail(ErrorCode::kHwError, "the platform {} after {} of {} bytes",
                content ? "says that it has the whole image" : "wants more", sent_, image_.size());
  }
  token_ = content ? 0 : reply.token;
  state_ = content ? State::kComplete : State::kOpen;
  return {};
}

}  // namespace reflash::capi
