// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>

#include "async/scheduler.h"
#include "bus/platform_facility.h"

namespace reflash::capi {

/// How long the hints of one call may be in sum before the platform is given up as busy: 120 s for
/// a chunk, 60 s for the other calls (reference B3).
Duration PatienceFor(FacilityOperation operation);

/// Makes one call until the platform does not put it off any more: BUSY and LONG BUSY are called
/// again with the token that came with them, never before their hint is over. Gives the reply with
/// SUCCESS or CONTINUE. `list` and its buffers live until the Task has ended.
/// Errors: kBusy when the hints exceed PatienceFor, which is known before the last is waited for;
/// kCanceled while it waits; those of the table of return codes, and of PlatformFacility::Call.
Task<FacilityReply> CallPatiently(Scheduler& scheduler, PlatformFacility& facility,
                                  FacilityOperation operation, std::uint64_t token,
                                  std::span<const ByteView> list, std::stop_token stop);

}  // namespace reflash::capi
