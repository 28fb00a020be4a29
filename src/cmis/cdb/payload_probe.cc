// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/payload_probe.h"

#include "cmis/module/memory_map.h"

namespace reflash::cmis {
namespace {

EepromAddress PageAddress(unsigned page) {
  EepromAddress address = kExtendedPayload;
  address.page = static_cast<std::uint8_t>(address.page + page);
  return address;
}

/// What no page holds by chance, and no other page by reflection.
Bytes Pattern(unsigned page) { return MakeBytes({0xC3, 0x5A, 0x10U + page, 0xEFU - page}); }

}  // namespace

Task<bool> HasPayloadPages(ModuleMemory& memory, unsigned pages, std::size_t burst) {
  for (unsigned page = 0; page < pages; ++page) {
    const Bytes pattern = Pattern(page);
    co_await memory.Write(PageAddress(page), pattern, burst);
  }
  for (unsigned page = 0; page < pages; ++page) {
    const Bytes expected = Pattern(page);
    if (co_await memory.Read(PageAddress(page), expected.size(), burst) != expected) {
      co_return false;
    }
  }
  co_return true;
}

}  // namespace reflash::cmis
