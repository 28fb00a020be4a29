// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "emu/card/card_settings.h"
#include "emu/card/signed_image.h"

namespace reflash::emu {

/// Whom a card believes: root entry hashes, which are programmed once, and canceled signing keys,
/// which stay canceled.
class KeyStore {
 public:
  explicit KeyStore(const CardSettings& settings);

  /// Whether the keys that signed `image` may: kNone, kRootKey, kCanceledKey or kNotAgain.
  [[nodiscard]] Disbelief Check(const SignedImage& image) const;
  /// Does what a file says that is no update, and that Check believes.
  void Program(const SignedImage& image);

  /// A word of the 4096 bytes in which the host finds the keys of `area`.
  [[nodiscard]] std::uint32_t Word(KeyArea area, std::size_t offset) const;

 private:
  static constexpr std::size_t kKeys = 128;
  struct Keys {
    Bytes root_hash;
    std::bitset<kKeys> canceled;
  };

  static KeyArea AreaOf(CardImageSort sort);
  [[nodiscard]] const Keys& keys(KeyArea area) const {
    return keys_[static_cast<std::size_t>(area)];
  }

  std::array<Keys, 3> keys_;
};

}  // namespace reflash::emu
