// SPDX-License-Identifier: Apache-2.0
#include "bus/module_eeprom.h"

namespace reflash {
namespace {

constexpr std::size_t kEndOfLowerMemory = 0x80;
constexpr std::size_t kEndOfPage = 0x100;
constexpr std::size_t kPageBytes = 0x80;
constexpr std::size_t kFirstPayloadPage = 0xA0;
constexpr std::size_t kEndOfPayloadPages = 0xB0;

bool IsPayload(EepromAddress address) {
  return !address.in_lower_memory() && address.page >= kFirstPayloadPage &&
         address.page < kEndOfPayloadPages;
}

/// The offset at which an access that stays in its page has to end.
std::size_t EndOfReading(EepromAddress address) {
  return address.in_lower_memory() ? kEndOfLowerMemory : kEndOfPage;
}

/// The same for a write, as an offset that goes on counting through the payload pages.
std::size_t EndOfWriting(EepromAddress address) {
  if (!IsPayload(address)) return EndOfReading(address);
  const std::size_t later_pages = kEndOfPayloadPages - 1 - address.page;
  return kEndOfPage + later_pages * kPageBytes;
}

Result<void> Check(std::string_view access, EepromAddress address, std::size_t count,
                   std::size_t most, std::size_t end) {
  if (count == 0 || count > most) {
    return Fail(ErrorCode::kInvalidArgument,
                "a {} of {} bytes; this way to the module takes 1 to {}", access, count, most);
  }
  if (address.offset + count > end) {
    return Fail(ErrorCode::kInvalidArgument,
                "a {} of {} bytes at page {:02X}h, offset {:02X}h, runs over the end of its memory",
                access, count, address.page, address.offset);
  }
  return {};
}

}  // namespace

Task<EepromReply> ModuleEeprom::Read(EepromAddress address, std::size_t count) {
  co_await Check("read", address, count, limits().max_read_bytes, EndOfReading(address));
  co_return co_await DoRead(address, count);
}

Task<EepromReply> ModuleEeprom::Write(EepromAddress address, ByteView data) {
  co_await Check("write", address, data.size(), limits().max_write_bytes, EndOfWriting(address));
  co_return co_await DoWrite(address, data);
}

}  // namespace reflash
