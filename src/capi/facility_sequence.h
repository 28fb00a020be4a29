// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stop_token>

#include "async/scheduler.h"
#include "bus/platform_facility.h"
#include "capi/image_chunks.h"
#include "image/image.h"

namespace reflash::capi {

/// One pass of an image to the platform, to download or to validate it:
///
///     first chunk, token 0    ->  CONTINUE, token a
///     second chunk, token a   ->  LONG BUSY, token b
///     (after the hint) second chunk, token b  ->  CONTINUE, token c
///     last chunk, token c     ->  SUCCESS
///
/// The token lives here, and so does all else that a sequence knows: two adapters, or two
/// sequences of one, share nothing. A sequence that was begun and is not complete is open on the
/// platform, until a reset ends it; that is the owner's business. Scheduler and facility outlive
/// it.
class FacilitySequence {
 public:
  /// `operation` is kDownload or kValidate.
  FacilitySequence(Scheduler& scheduler, PlatformFacility& facility, FacilityOperation operation,
                   const AdapterIdentity& identity, Image image);
  FacilitySequence(const FacilitySequence&) = delete;
  FacilitySequence& operator=(const FacilitySequence&) = delete;
  ~FacilitySequence() = default;

  /// Hands over the next chunk, which is the one at `offset`; gives how many bytes of the image the
  /// platform took. Looks at `stop` wherever the platform makes it wait.
  /// Errors: kInvalidArgument for a chunk that is not the next one, or none that is left to send;
  /// kHwError when the platform is content before it has the whole image, or is not with it; those
  /// of CallPatiently. After any of the latter nothing more can be sent.
  Task<std::uint64_t> Send(std::uint64_t offset, std::stop_token stop);

  /// Whether the platform has confirmed the whole image.
  [[nodiscard]] bool complete() const { return state_ == State::kComplete; }

 private:
  enum class State : std::uint8_t { kOpen, kComplete, kFailed };

  /// What the answer to a chunk makes of the sequence.
  Result<void> Accept(const FacilityReply& reply);

  Scheduler& scheduler_;
  PlatformFacility& facility_;
  FacilityOperation operation_;
  Image image_;
  ImageChunks chunks_;
  std::uint64_t sent_ = 0;
  std::uint64_t token_ = 0;
  State state_ = State::kOpen;
};

}  // namespace reflash::capi
