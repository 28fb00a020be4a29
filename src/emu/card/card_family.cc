// SPDX-License-Identifier: Apache-2.0
#include "emu/card/card_family.h"

#include <array>

namespace reflash::emu {
namespace {

constexpr std::array kFamilies = {
    CardFamilyFacts{CardFamily::kN3000, "n3000", "PAC N3000", 0x20000000, 1, 0x7FFB000},
    CardFamilyFacts{CardFamily::kN6000, "n6000", "PAC N6000", 0x40000, 2, 0x7FF5000},
};

}  // namespace

std::span<const CardFamilyFacts> CardFamilies() { return kFamilies; }

}  // namespace reflash::emu
