// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "emu/card/card_settings.h"
#include "emu/card/key_store.h"

namespace reflash::emu {

/// What the host finds in the flash memory of a card, besides the staging area: the update
/// counter and the keys. Everything else reads as erased. The references outlive it.
class CardFlash {
 public:
  CardFlash(const CardSettings& settings, const KeyStore& keys)
      : counter_at_(FactsOf(settings.family).counter_at),
        keys_(keys),
        update_count_(settings.update_count) {}

  /// The word at `address`, a multiple of 4, counted from the beginning of the flash.
  [[nodiscard]] std::uint32_t Word(std::uint64_t address) const {
    if (address >= counter_at_ && address < counter_at_ + kCounterBytes) {
      return CounterWord((address - counter_at_) / 4);
    }
    if (address < kKeysAt || address >= kKeysAt + (kKeyAreas * kKeyBytes)) return 0xFFFFFFFFU;
    const std::uint64_t within = address - kKeysAt;
    return keys_.Word(static_cast<KeyArea>(within / kKeyBytes), within % kKeyBytes);
  }

  void CountUpdate() { update_count_ = std::min(update_count_ + 1, CardSettings::kCounterBits); }
  [[nodiscard]] std::uint32_t update_count() const { return update_count_; }

 private:
  static constexpr std::uint64_t kCounterBytes = 4096;
  static constexpr std::uint64_t kKeysAt = 0x7FFC000;
  static constexpr std::uint64_t kKeyBytes = 0x1000;
  static constexpr std::uint64_t kKeyAreas = 3;

  /// Each update clears one more bit.
  [[nodiscard]] std::uint32_t CounterWord(std::uint64_t index) const {
    const std::uint64_t before = index * 32;
    if (update_count_ <= before) return 0xFFFFFFFFU;
    const std::uint64_t cleared = update_count_ - before;
    return cleared >= 32 ? 0 : 0xFFFFFFFFU << cleared;
  }

  std::uint64_t counter_at_;
  const KeyStore& keys_;
  std::uint32_t update_count_;
};

}  // namespace reflash::emu
