// SPDX-License-Identifier: Apache-2.0
#include "bus/platform_facility.h"

#include <algorithm>

namespace reflash {
namespace {

Result<void> CheckList(FacilityOperation operation, std::span<const ByteView> list) {
  const bool hands_over =
      operation == FacilityOperation::kDownload || operation == FacilityOperation::kValidate;
  if (hands_over == list.empty() || list.size() > PlatformFacility::kMostEntries) {
    return Fail(ErrorCode::kInvalidArgument, "a list of {} buffers; {}", list.size(),
                hands_over ? "1 to 256 were possible" : "this call takes none");
  }
  const bool fits = std::ranges::all_of(list, [](ByteView buffer) {
    return !buffer.empty() && buffer.size() <= PlatformFacility::kBufferBytes;
  });
  if (!fits) {
    return Fail(ErrorCode::kInvalidArgument, "a buffer of the list does not have 1 to 4096 bytes");
  }
  return {};
}

}  // namespace

Task<FacilityReply> PlatformFacility::Call(FacilityOperation operation, std::uint64_t token,
                                           std::span<const ByteView> list) {
  co_await CheckList(operation, list);
  co_return co_await DoCall(operation, token, list);
}

}  // namespace reflash
