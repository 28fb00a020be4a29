// SPDX-License-Identifier: Apache-2.0
// What stands in a claim about who holds it.
#include "input.h"
#include "ledger/ledger_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = reflash::DecodeHolder(reflash::fuzz::Text(data, size));
  if (!read) return 0;
  const std::string text = reflash::EncodeHolder(*read);
  const auto again = reflash::DecodeHolder(text);
  reflash::fuzz::Require(again && reflash::EncodeHolder(*again) == text);
  return 0;
}
