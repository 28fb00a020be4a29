// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"

namespace reflash::emu {

/// Where a card receives an image: flash memory of words that have to be erased before they are
/// written. It survives a loss of power. Takes memory only for what was written.
class StagingArea {
 public:
  explicit StagingArea(std::size_t size_bytes) : size_bytes_(size_bytes) {}

  void Erase();
  /// Programs the word at `offset`, which is inside and a multiple of 4. Flash only clears bits.
  /// Returns false when the word was written since the last erasure.
  bool Program(std::size_t offset, std::uint32_t value);
  [[nodiscard]] std::uint32_t Word(std::size_t offset) const;

  [[nodiscard]] std::size_t size_bytes() const { return size_bytes_; }
  /// Up to behind the last word that was written.
  [[nodiscard]] std::size_t used_bytes() const { return used_bytes_; }
  /// All of it, with FFh where nothing was written.
  [[nodiscard]] Bytes Contents() const;

 private:
  static constexpr std::size_t kPageWords = 4096;
  struct Page {
    Page() { words.fill(0xFFFFFFFFU); }

    std::array<std::uint32_t, kPageWords> words{};
    std::bitset<kPageWords> written;
  };

  std::size_t size_bytes_;
  std::size_t used_bytes_ = 0;
  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace reflash::emu
