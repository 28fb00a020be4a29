// SPDX-License-Identifier: Apache-2.0
// Hexadecimal digits from a command line, a manifest or a recording.
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const reflash::Result<reflash::Bytes> bytes = reflash::FromHex(reflash::fuzz::Text(data, size));
  if (bytes) reflash::fuzz::Require(*reflash::FromHex(reflash::ToHex(*bytes)) == *bytes);
  return 0;
}
