// SPDX-License-Identifier: Apache-2.0
// Entries of the journal, which an earlier process wrote.
#include "input.h"
#include "ledger/ledger_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = reflash::DecodeJournalEntry(reflash::fuzz::Text(data, size));
  if (!read) return 0;
  const std::string text = reflash::EncodeJournalEntry(*read);
  const auto again = reflash::DecodeJournalEntry(text);
  reflash::fuzz::Require(again && reflash::EncodeJournalEntry(*again) == text);
  return 0;
}
