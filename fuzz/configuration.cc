// SPDX-License-Identifier: Apache-2.0
// reflash.toml.
#include "inventory/configuration.h"

#include "input.h"

using reflash::inventory::Configuration;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = Configuration::Parse(reflash::fuzz::Text(data, size), "reflash.toml");
  if (!read) return 0;
  for (const auto& device : read->devices) {
    reflash::fuzz::Require(read->Find(device.name) == &device);
  }
  reflash::fuzz::Require(read->devices.empty() ||
                         read->Select("*")->size() == read->devices.size());
  return 0;
}
