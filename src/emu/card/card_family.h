// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace reflash::emu {

enum class CardFamily : std::uint8_t { kN3000, kN6000 };

/// In what the families differ, besides their registers (docs/fpga.md).
struct CardFamilyFacts {
  CardFamily family;
  std::string_view word;      ///< in a lab file
  std::string_view part;      ///< the vendor is Intel
  std::uint64_t space_bytes;  ///< of the registers
  unsigned user_pages;        ///< for images of the static region
  std::uint64_t counter_at;   ///< the update counter, from the beginning of the flash
};

/// All of them, in the order of CardFamily.
[[nodiscard]] std::span<const CardFamilyFacts> CardFamilies();

[[nodiscard]] inline const CardFamilyFacts& FactsOf(CardFamily family) {
  return CardFamilies()[static_cast<std::size_t>(family)];
}

}  // namespace reflash::emu
