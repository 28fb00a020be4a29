// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace reflash::capi {

/// The check code of zlib and Ethernet.
constexpr std::uint32_t Crc32(ByteView bytes) {
  constexpr std::uint32_t kPolynomial = 0xEDB88320;
  constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t index = 0; index < table.size(); ++index) {
      std::uint32_t value = index;
      for (int bit = 0; bit < 8; ++bit) {
        value = (value & 1U) != 0 ? (value >> 1U) ^ kPolynomial : value >> 1U;
      }
      table[index] = value;
    }
    return table;
  }();
  std::uint32_t code = ~0U;
  for (const std::byte byte : bytes) {
    code = kTable[(code ^ std::to_integer<std::uint32_t>(byte)) & 0xFFU] ^ (code >> 8U);
  }
  return ~code;
}

}  // namespace reflash::capi
