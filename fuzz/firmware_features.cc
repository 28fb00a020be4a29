// SPDX-License-Identifier: Apache-2.0
// The reply of 0041h: the CMIS revision, then the reply.
#include "cmis/cdb/firmware_features.h"

#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const reflash::ByteView reply = reflash::fuzz::View(data, size).subspan(1);
  const auto features = reflash::cmis::FirmwareFeatures::Parse(reply, data[0]);
  if (features) reflash::fuzz::Require(features->start_header_bytes <= 112);
  return 0;
}
