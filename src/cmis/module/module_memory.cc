// SPDX-License-Identifier: Apache-2.0
#include "cmis/module/module_memory.h"

namespace reflash::cmis {
namespace {

constexpr Duration kShortestPause = std::chrono::microseconds(200);
/// The pause grows with the time waited, so that it costs at most a tenth more than needed.
constexpr int kPauseShare = 10;

EepromAddress Advance(EepromAddress address, std::size_t bytes) {
  address.offset = static_cast<std::uint8_t>(address.offset + bytes);
  return address;
}

}  // namespace

Task<void> ModuleMemory::BePatient(TimePoint since) {
  const Duration waited = scheduler_.Now() - since;
  if (waited >= kPatience) {
    co_await Fail(ErrorCode::kTimeout, "the module does not answer (no acknowledge for {:.1f} s)",
                  ToSeconds(waited));
  }
  co_await scheduler_.Sleep(std::max(kShortestPause, waited / kPauseShare));
}

Task<Bytes> ModuleMemory::Read(EepromAddress address, std::size_t count,
                               std::size_t longest_burst) {
  const std::size_t burst = std::min(longest_burst, limits().max_read_bytes);
  Bytes bytes;
  bytes.reserve(count);
  TimePoint since = scheduler_.Now();
  while (bytes.size() < count) {
    const std::size_t length = std::min(burst, count - bytes.size());
    const EepromReply reply = co_await eeprom_->Read(Advance(address, bytes.size()), length);
    if (reply.acknowledged) {
      Append(bytes, reply.read);
      since = scheduler_.Now();
    } else {
      co_await BePatient(since);
    }
  }
  co_return bytes;
}

Task<void> ModuleMemory::Write(EepromAddress address, ByteView data, std::size_t longest_burst) {
  const std::size_t burst = std::min(longest_burst, limits().max_write_bytes);
  TimePoint since = scheduler_.Now();
  while (!data.empty()) {
    const ByteView piece = data.first(std::min(burst, data.size()));
    const EepromReply reply = co_await eeprom_->Write(address, piece);
    if (reply.acknowledged) {
      address = Advance(address, piece.size());
      data = data.subspan(piece.size());
      since = scheduler_.Now();
    } else {
      co_await BePatient(since);
    }
  }
}

}  // namespace reflash::cmis
