// SPDX-License-Identifier: Apache-2.0
#include "capi/patient_call.h"

#include <utility>

#include "capi/return_code.h"

namespace reflash::capi {
namespace {

constexpr Duration kChunkPatience = std::chrono::seconds(120);
constexpr Duration kControlPatience = std::chrono::seconds(60);

}  // namespace

Duration PatienceFor(FacilityOperation operation) {
  const bool hands_over =
      operation == FacilityOperation::kDownload || operation == FacilityOperation::kValidate;
  return hands_over ? kChunkPatience : kControlPatience;
}

Task<FacilityReply> CallPatiently(Scheduler& scheduler, PlatformFacility& facility,
                                  FacilityOperation operation, std::uint64_t token,
                                  std::span<const ByteView> list, std::stop_token stop) {
  const Duration patience = PatienceFor(operation);
  Duration hinted{};
  while (true) {
    FacilityReply reply = co_await facility.Call(operation, token, list);
    const ReturnCode& code = FindReturnCode(reply.code, operation);
    if (code.next == ReturnCode::Next::kGiveUp) {
      co_return Fail(ErrorOfReturnCode(reply.code, operation));
    }
    if (code.next != ReturnCode::Next::kRepeat) co_return reply;
    hinted += code.hint;
    if (hinted > patience) {
      co_return Fail(ErrorCode::kBusy,
                     "the platform is busy and asks for {} s in sum; {} s are the most",
                     ToSeconds(hinted), ToSeconds(patience));
    }
    token = reply.token;
    co_await scheduler.Sleep(code.hint, stop);
  }
}

}  // namespace reflash::capi
