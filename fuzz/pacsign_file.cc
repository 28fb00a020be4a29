// SPDX-License-Identifier: Apache-2.0
// An image for an FPGA card, as PACSign makes them.
#include "fpga/pacsign_file.h"

#include "input.h"

using reflash::fpga::PacsignFile;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = PacsignFile::Parse(reflash::fuzz::View(data, size));
  if (!file) return 0;
  reflash::fuzz::Require(file->payload.size() + PacsignFile::kHeaderBytes == size);
  reflash::fuzz::Require(file->payload.size() >= PacsignFile::kShortestPayload);
  reflash::fuzz::Require(!reflash::fpga::WordsOf(file->sort).empty());
  return 0;
}
