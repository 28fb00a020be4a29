// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "base/bytes.h"
#include "base/version.h"

namespace reflash::emu {

/// What an image is for; block 0 of a PACSign file, offset 8, bits 7:0.
enum class CardImageSort : std::uint8_t {
  kStaticRegion = 0,
  kController = 1,
  kPartialRegion = 2,
  kFactory = 3,
  kPxe = 4,
  kThermalLow = 5,
  kThermalHigh = 6,
  kDeviceManager = 7,
};

/// What a file does; the same word, bits 15:8.
enum class CardImageAction : std::uint8_t {
  kUpdate = 0,
  kCancelKey = 1,
  kRootHash256 = 2,
  kRootHash384 = 3,
};

/// Why a controller does not believe a file; what it shows in 7:0 of the authentication result.
enum class Disbelief : std::uint8_t {
  kNone = 0,
  kStructure = 1,    ///< a magic, sort or length that is none
  kDigest = 2,       ///< SHA-256 or SHA-384 of the payload is another
  kRootKey = 3,      ///< the root entry is not the one whose hash was programmed
  kCanceledKey = 4,  ///< the key that signed was canceled
  kPayload = 5,      ///< the payload is no image of an emulated card, or its CRC is wrong
  kNotAgain = 6,     ///< a root entry hash is programmed once
};

/// A PACSign file as a controller reads it (docs/fpga.md); views into the bytes that it was read
/// from.
struct SignedImage {
  static constexpr std::size_t kHeaderBytes = 1024;
  static constexpr std::size_t kLeastPayload = 128;
  static constexpr std::size_t kRootEntryBytes = 132;

  CardImageSort sort = CardImageSort::kStaticRegion;
  CardImageAction action = CardImageAction::kUpdate;
  ByteView file;                             ///< without what fills up the last word
  ByteView root_entry;                       ///< of block 1
  std::optional<std::uint32_t> signing_key;  ///< its number; none in a cancellation
  ByteView payload;

  /// Checks structure, lengths and digests. `staged` may be longer than the file by less than a
  /// word.
  static std::expected<SignedImage, Disbelief> Read(ByteView staged);

  /// The version in the payload of an update, when the payload is whole.
  [[nodiscard]] std::expected<Version, Disbelief> ReadVersion() const;
};

}  // namespace reflash::emu
