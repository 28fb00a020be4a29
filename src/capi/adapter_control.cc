// SPDX-License-Identifier: Apache-2.0
#include "capi/adapter_control.h"

#include <algorithm>
#include <utility>

#include "capi/patient_call.h"
#include "capi/return_code.h"

namespace reflash::capi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// How long an adapter may be away in a reset (ours), and how often it is looked for: the longer it
/// takes, the more seldom.
constexpr Duration kLongestReset = seconds(60);
constexpr Duration kShortestLook = milliseconds(10);
constexpr Duration kLongestLook = seconds(1);
constexpr int kLookShare = 8;

/// What a platform may say of an adapter that is on its way.
bool MayPass(const Error& error) {
  return error.code() == ErrorCode::kHwError || error.code() == ErrorCode::kBusy;
}

}  // namespace

Task<FacilityReply> AdapterControl::Call(FacilityOperation operation, std::stop_token stop) {
  FacilityReply reply =
      co_await CallPatiently(scheduler_, facility_, operation, 0, {}, std::move(stop));
  if (FindReturnCode(reply.code, operation).next != ReturnCode::Next::kComplete) {
    co_return Fail(ErrorCode::kHwError,
                   "the platform wants more of a call that hands over nothing");
  }
  co_return reply;
}

Task<VitalData> AdapterControl::ReadVitalData(std::stop_token stop) {
  const FacilityReply reply = co_await Call(FacilityOperation::kVitalData, std::move(stop));
  co_return VitalData::Parse(reply.data);
}

Task<void> AdapterControl::Reset() {
  const Result<FacilityReply> reset = co_await Outcome(Call(FacilityOperation::kReset, {}));
  if (!reset) {
    co_await Fail(Error(reset.error().code(), "the adapter was not reset").Because(reset.error()));
  }
  co_await AwaitReturn();
}

Task<void> AdapterControl::AwaitReturn() {
  const TimePoint begin = scheduler_.Now();
  while (true) {
    const Result<VitalData> seen = co_await Outcome(ReadVitalData());
    if (seen) co_return;
    if (!MayPass(seen.error())) co_await Fail(seen.error());
    const Duration elapsed = scheduler_.Now() - begin;
    if (elapsed > kLongestReset) {
      co_await Fail(
          Error(ErrorCode::kTimeout, fmt::format("the adapter did not come back from its reset "
                                                 "within {} s",
                                                 ToSeconds(kLongestReset)))
              .Because(seen.error()));
    }
    co_await scheduler_.Sleep(std::clamp(elapsed / kLookShare, kShortestLook, kLongestLook));
  }
}

}  // namespace reflash::capi
