// SPDX-License-Identifier: Apache-2.0
// Lines of a recording, and what the mask makes of their traffic.
#include "bus/password_mask.h"
#include "bus/recorded_transfer.h"
#include "input.h"

namespace {

/// A transfer comes back from its own line.
void CheckLine(const reflash::RecordedTransfer& transfer) {
  std::string line = transfer.ToLine();
  line.pop_back();
  const reflash::Result<reflash::RecordedTransfer> again = reflash::RecordedTransfer::Parse(line);
  reflash::fuzz::Require(again && again->AsksTheSame(transfer) && again->at == transfer.at);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = reflash::fuzz::Text(data, size);
  reflash::PasswordMask mask;
  std::size_t passed = 0;
  std::size_t written = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    (void)reflash::RecordingHeader::Parse(line);
    reflash::Result<reflash::RecordedTransfer> transfer = reflash::RecordedTransfer::Parse(line);
    if (!transfer) continue;
    CheckLine(*transfer);
    ++passed;
    written += mask.Pass(*std::move(transfer)).size();
  }
  written += mask.Finish().size();
  reflash::fuzz::Require(written == passed);
  return 0;
}
