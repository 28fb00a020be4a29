// SPDX-License-Identifier: Apache-2.0
// Lab files. What is accepted must be a lab that can be.
#include "emu/lab_file.h"

#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lab = reflash::emu::ParseLabFile(reflash::fuzz::Text(data, size), "lab.toml");
  if (lab) reflash::fuzz::Require(!reflash::emu::FindProblem(*lab));
  return 0;
}
