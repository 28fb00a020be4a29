// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "async/scheduler.h"
#include "base/error.h"
#include "bus/platform_facility.h"

namespace reflash::capi {

/// What a return code of a platform means (reference B3). The kernel's driver made two errno of
/// all of them; here a bad image, a bad argument, a busy platform and broken hardware are told
/// apart.
struct ReturnCode {
  enum class Next : std::uint8_t {
    kComplete,   ///< the platform has all it wants
    kNextChunk,  ///< it wants the next chunk, with the token of the answer
    kRepeat,     ///< the same call again, with the token of the answer, after `hint`
    kGiveUp,     ///< the sequence is over; `error` and `sentence` say why
  };

  std::int64_t number;
  std::string_view name;  ///< as the platform's specification has it
  Next next;
  Duration hint{};                        ///< for kRepeat
  ErrorCode error = ErrorCode::kHwError;  ///< for kGiveUp
  std::string_view sentence;              ///< for kGiveUp; what a person can do about it
};

/// The meaning of the code that answered `operation`. One that is in no table is kGiveUp.
const ReturnCode& FindReturnCode(std::int64_t number, FacilityOperation operation);

/// The Error that a reply with a code of kGiveUp is.
Error ErrorOfReturnCode(std::int64_t number, FacilityOperation operation);

}  // namespace reflash::capi
