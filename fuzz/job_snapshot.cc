// SPDX-License-Identifier: Apache-2.0
// Snapshots of jobs, which other processes publish.
#include "input.h"
#include "ledger/ledger_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = reflash::DecodeSnapshot(reflash::fuzz::Text(data, size));
  if (!read) return 0;
  const std::string text = reflash::EncodeSnapshot(*read);
  const auto again = reflash::DecodeSnapshot(text);
  reflash::fuzz::Require(again && reflash::EncodeSnapshot(*again) == text);
  return 0;
}
