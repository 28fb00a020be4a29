// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace reflash::emu {

/// The CRC-32 of IEEE 802.3 over bytes that come piece by piece.
class Crc32 {
 public:
  void Add(ByteView bytes) {
    for (const std::byte byte : bytes) {
      const std::uint32_t index = (state_ ^ std::to_integer<std::uint32_t>(byte)) & 0xFFU;
      state_ = (state_ >> 8U) ^ kTable[index];
    }
  }

  [[nodiscard]] std::uint32_t value() const { return ~state_; }

 private:
  static constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t index = 0; index < table.size(); ++index) {
      std::uint32_t value = index;
      for (int bit = 0; bit < 8; ++bit) {
        value = (value & 1U) != 0 ? (value >> 1U) ^ 0xEDB88320U : value >> 1U;
      }
      table.at(index) = value;
    }
    return table;
  }();

  std::uint32_t state_ = 0xFFFFFFFFU;
};

}  // namespace reflash::emu
