// SPDX-License-Identifier: Apache-2.0
// The file of an adapter's image; its magic is put in front, so that the rest is reached.
#include "capi/adapter_file.h"

#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const reflash::ByteView magic = reflash::AsBytes("REFLASHA");
  reflash::Bytes bytes(magic.begin(), magic.end());
  reflash::Append(bytes, reflash::fuzz::View(data, size));
  const auto file = reflash::capi::AdapterFile::Parse(bytes);
  if (!file) return 0;
  reflash::fuzz::Require(file->has_value() &&
                         bytes.size() >= reflash::capi::AdapterFile::kHeaderBytes);
  return 0;
}
