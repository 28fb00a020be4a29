// SPDX-License-Identifier: Apache-2.0
#include "capi/return_code.h"

#include <algorithm>
#include <array>

namespace reflash::capi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Next = ReturnCode::Next;

/// BUSY comes without a hint. The same call again at once would be a spin, so it waits as long as
/// for the platform's other calls.
constexpr Duration kBusyHint = milliseconds(10);

constexpr std::array kCodes{
    ReturnCode{0, "SUCCESS", Next::kComplete},
    ReturnCode{1, "BUSY", Next::kRepeat, kBusyHint},
    ReturnCode{18, "CONTINUE", Next::kNextChunk},
    ReturnCode{9900, "LONG_BUSY_1_MS", Next::kRepeat, milliseconds(1)},
    ReturnCode{9901, "LONG_BUSY_10_MS", Next::kRepeat, milliseconds(10)},
    ReturnCode{9902, "LONG_BUSY_100_MS", Next::kRepeat, milliseconds(100)},
    ReturnCode{9903, "LONG_BUSY_1_S", Next::kRepeat, seconds(1)},
    ReturnCode{9904, "LONG_BUSY_10_S", Next::kRepeat, seconds(10)},
    ReturnCode{9905, "LONG_BUSY_100_S", Next::kRepeat, seconds(100)},
    ReturnCode{-1,
               "HARDWARE",
               Next::kGiveUp,
               {},
               ErrorCode::kHwError,
               "the platform reports a fault of the adapter's hardware"},
    ReturnCode{-2,
               "FUNCTION",
               Next::kGiveUp,
               {},
               ErrorCode::kNotSupported,
               "the platform does not offer this call for the adapter"},
    ReturnCode{-4,
               "PARAMETER",
               Next::kGiveUp,
               {},
               ErrorCode::kInvalidArgument,
               "the platform finds a wrong argument in the call, which is a defect of reflash"},
    ReturnCode{-10,
               "AUTHORITY",
               Next::kGiveUp,
               {},
               ErrorCode::kPermission,
               "the platform does not allow this partition to flash the adapter"},
    ReturnCode{-16,
               "RESOURCE",
               Next::kGiveUp,
               {},
               ErrorCode::kBusy,
               "the platform is short of resources for this; try again later"},
    ReturnCode{-70,
               "BAD_DATA",
               Next::kGiveUp,
               {},
               ErrorCode::kInvalidImage,
               "the platform refuses the data: the image is damaged, or not for this adapter"},
    ReturnCode{-72,
               "SG_LIST",
               Next::kGiveUp,
               {},
               ErrorCode::kInvalidArgument,
               "the platform finds a wrong list of buffers, which is a defect of reflash"},
    ReturnCode{-75,
               "STATE",
               Next::kGiveUp,
               {},
               ErrorCode::kBusy,
               "the platform does not do this in the adapter's present state: its units are open, "
               "another sequence is, or this one was ended because a call came too late"},
};

/// What means something else as the answer to a validation: the platform took these bytes before,
/// or nobody says that they were ever written.
constexpr std::array kCodesOfValidation{
    ReturnCode{-70,
               "BAD_DATA",
               Next::kGiveUp,
               {},
               ErrorCode::kHwError,
               "the flash of the adapter does not hold the image"},
};

constexpr ReturnCode kUnknown{
    0,  "unknown",           Next::kGiveUp,
    {}, ErrorCode::kHwError, "the platform answers with a code that is in no table"};

template <class Table>
const ReturnCode* FindIn(const Table& table, std::int64_t number) {
  const auto* const found = std::ranges::find(table, number, &ReturnCode::number);
  return found == table.end() ? nullptr : found;
}

}  // namespace

const ReturnCode& FindReturnCode(std::int64_t number, FacilityOperation operation) {
  const ReturnCode* found = nullptr;
  if (operation == FacilityOperation::kValidate) found = FindIn(kCodesOfValidation, number);
  if (found == nullptr) found = FindIn(kCodes, number);
  return found == nullptr ? kUnknown : *found;
}

Error ErrorOfReturnCode(std::int64_t number, FacilityOperation operation) {
  const ReturnCode& code = FindReturnCode(number, operation);
  return {code.error, fmt::format("{} ({}, {})", code.sentence, code.name, number)};
}

}  // namespace reflash::capi
