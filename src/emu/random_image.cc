// SPDX-License-Identifier: Apache-2.0
#include "emu/random_image.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"

namespace reflash::emu {
namespace {

/// SplitMix64, a small generator whose every seed is a good one.
class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t value = state_;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
  }

 private:
  std::uint64_t state_;
};

void Fill(std::span<std::byte> bytes, RandomNumbers& random) {
  while (!bytes.empty()) {
    std::array<std::byte, sizeof(std::uint64_t)> word{};
    StoreBigEndian(std::span(word), random.Next());
    const std::size_t count = std::min(word.size(), bytes.size());
    std::ranges::copy(std::span(word).first(count), bytes.begin());
    bytes = bytes.subspan(count);
  }
}

}  // namespace

void FillLikeFirmware(std::span<std::byte> bytes, std::uint64_t seed) {
  RandomNumbers random(seed);
  while (!bytes.empty()) {
    const std::uint64_t choice = random.Next();
    const bool padding = choice % 4 == 0;
    const std::size_t count = std::min<std::size_t>(bytes.size(), (1 + choice / 4 % 8) * 1024);
    const std::span<std::byte> stretch = bytes.first(count);
    if (padding) {
      std::ranges::fill(stretch, std::byte{0xFF});
    } else {
      Fill(stretch, random);
    }
    bytes = bytes.subspan(count);
  }
}

void FillRandom(std::span<std::byte> bytes, std::uint64_t seed) {
  RandomNumbers random(seed);
  Fill(bytes, random);
}

}  // namespace reflash::emu
