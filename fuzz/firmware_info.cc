// SPDX-License-Identifier: Apache-2.0
// The reply of 0100h.
#include "cmis/cdb/firmware_info.h"

#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto info = reflash::cmis::FirmwareInfo::Parse(reflash::fuzz::View(data, size));
  if (!info) return 0;
  for (const auto* const bank : {&info->a, &info->b, &info->factory}) {
    reflash::fuzz::Require(bank->extra.size() <= 32);
  }
  static_cast<void>(info->SingleBank());
  return 0;
}
