// SPDX-License-Identifier: Apache-2.0
// Versions from a command line, a manifest or a configuration.
#include "base/version.h"

#include "input.h"

using reflash::Version;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const reflash::Result<Version> version = Version::Parse(reflash::fuzz::Text(data, size));
  if (version) reflash::fuzz::Require(*Version::Parse(version->ToString()) == *version);
  return 0;
}
