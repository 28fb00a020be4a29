// SPDX-License-Identifier: Apache-2.0
// Images that are loaded into emulated modules.
#include "emu/image_format.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const reflash::ByteView image = reflash::fuzz::View(data, size);
  const auto header = reflash::emu::ParseImageHeader(image);
  if (!header) return 0;
  static_cast<void>(header->Fits("OSFP-800G-DR8"));
  reflash::emu::ImageChecksum(image);
  return 0;
}
