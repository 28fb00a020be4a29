// SPDX-License-Identifier: Apache-2.0
// Hexadecimal digits from a command line, a manifest or a recording.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const reflash::Result<reflash::Bytes> bytes = reflash::FromHex(text);
  if (bytes && *reflash::FromHex(reflash::ToHex(*bytes)) != *bytes) std::abort();
  return 0;
}
