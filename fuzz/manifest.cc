// SPDX-License-Identifier: Apache-2.0
// IMAGE.toml beside an image.
#include "image/manifest.h"

#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = reflash::Manifest::Parse(reflash::fuzz::Text(data, size), "fw.bin.toml");
  if (!manifest) return 0;
  reflash::fuzz::Require(manifest->sha256.empty() || manifest->sha256.size() == 64);
  static_cast<void>(manifest->CheckFits("cmis-module", "ACME", "OSFP-800G-DR8"));
  return 0;
}
