// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace reflash::fpga {

/// What a PACSign file holds: bits 7:0 of the word at offset 8.
enum class ContentSort : std::uint8_t {
  kStaticRegion = 0,
  kController = 1,
  kPartialRegion = 2,
  kFactory = 3,
  kPxe = 4,
  kThermal = 5,
  kThermalAlternate = 6,
  kDeviceManager = 7,
};

/// What a PACSign file does to the card: bits 15:8 of the same word.
enum class ContentPurpose : std::uint8_t {
  kUpdate = 0,
  kCancelKey = 1,
  kRootKeyHash256 = 2,
  kRootKeyHash384 = 3,
};

/// "a static region image", for sentences.
std::string_view WordsOf(ContentSort sort);

/// A file that was made by PACSign for the board controller of a card: two signature blocks and the
/// payload (docs/fpga.md, "PACSign files"). Whether the signatures are good only the card can say.
struct PacsignFile {
  static constexpr std::size_t kBlock0Bytes = 128;
  static constexpr std::size_t kBlock1Bytes = 896;
  static constexpr std::size_t kHeaderBytes = kBlock0Bytes + kBlock1Bytes;
  static constexpr std::size_t kShortestPayload = 128;

  ContentSort sort = ContentSort::kStaticRegion;
  ContentPurpose purpose = ContentPurpose::kUpdate;
  ByteView payload;  ///< a part of the file that was parsed

  /// Reads a whole file, and holds its payload against both digests.
  /// Errors: kInvalidImage with the offset, what was expected there and what was found.
  static Result<PacsignFile> Parse(ByteView file);
};

}  // namespace reflash::fpga
