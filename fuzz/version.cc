// SPDX-License-Identifier: Apache-2.0
// Versions from a command line, a manifest or a configuration.
#include "base/version.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const reflash::Result<reflash::Version> version = reflash::Version::Parse(text);
  if (version && *reflash::Version::Parse(version->ToString()) != *version) std::abort();
  return 0;
}
