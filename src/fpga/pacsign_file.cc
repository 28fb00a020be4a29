// SPDX-License-Identifier: Apache-2.0
#include "fpga/pacsign_file.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "fpga/sha384.h"

namespace reflash::fpga {
namespace {

constexpr std::size_t kLengthOffset = 4;
constexpr std::size_t kSortOffset = 8;
constexpr std::size_t kPurposeOffset = 9;
constexpr std::size_t kSha256Offset = 16;
constexpr std::size_t kSha384Offset = 48;

/// A number that must stand at an offset of the file.
struct Magic {
  std::size_t offset;
  std::uint32_t value;
  std::string_view what;
};

constexpr std::array kMagics{
    Magic{0, 0xB6EAFD19, "block 0"},
    Magic{128, 0xF27F28D7, "block 1"},
    Magic{128 + 16, 0xA757A046, "the root entry"},
};
/// Behind the root entry of all files but those that cancel a key.
constexpr std::array kSignedWithKey{
    Magic{128 + 148, 0x14711C2F, "the code signing key entry"},
    Magic{128 + 380, 0x15364367, "the block 0 entry"},
};
/// A key is canceled by the root key itself: there is no code signing key.
constexpr std::array kSignedWithRoot{
    Magic{128 + 148, 0x15364367, "the block 0 entry"},
};

struct SortRow {
  ContentSort sort;
  std::string_view words;
};
constexpr std::array kSorts{
    SortRow{ContentSort::kStaticRegion, "a static region image"},
    SortRow{ContentSort::kController, "a board controller image"},
    SortRow{ContentSort::kPartialRegion, "a partial region image"},
    SortRow{ContentSort::kFactory, "a factory image"},
    SortRow{ContentSort::kPxe, "a PXE option ROM"},
    SortRow{ContentSort::kThermal, "a thermal image"},
    SortRow{ContentSort::kThermalAlternate, "a thermal image"},
    SortRow{ContentSort::kDeviceManager, "a secure device manager image"},
};
constexpr std::uint8_t kLastPurpose = 3;

Result<void> CheckMagics(ByteView file, std::span<const Magic> magics) {
  for (const Magic& magic : magics) {
    const auto found = LoadLittleEndian<std::uint32_t>(file.subspan(magic.offset));
    if (found == magic.value) continue;
    return Fail(ErrorCode::kInvalidImage,
                "at offset {}, {} of a PACSign file begins with {:08X}h; found {:08X}h",
                magic.offset, magic.what, magic.value, found);
  }
  return {};
}

Result<void> CheckLength(ByteView file) {
  constexpr std::size_t kShortest = PacsignFile::kHeaderBytes + PacsignFile::kShortestPayload;
  if (file.size() < kShortest) {
    return Fail(ErrorCode::kInvalidImage,
                "a PACSign file has at least {} bytes; this one ends at offset {}", kShortest,
                file.size());
  }
  return {};
}

Result<void> CheckPayloadLength(ByteView file) {
  const auto told = LoadLittleEndian<std::uint32_t>(file.subspan(kLengthOffset));
  const std::size_t there = file.size() - PacsignFile::kHeaderBytes;
  if (told == there) return {};
  return Fail(ErrorCode::kInvalidImage,
              "at offset {}, block 0 tells of a payload of {} bytes; the file has {} behind its "
              "header of {}",
              kLengthOffset, told, there, PacsignFile::kHeaderBytes);
}

Result<void> CheckDigest(ByteView file, std::size_t offset, ByteView computed,
                         std::string_view name) {
  const ByteView told = file.subspan(offset, computed.size());
  if (std::ranges::equal(told, computed)) return {};
  return Fail(ErrorCode::kInvalidImage,
              "the payload is damaged: at offset {}, block 0 expects the {} {}; it has {}", offset,
              name, ToHex(told), ToHex(computed));
}

Result<void> CheckDigests(ByteView file, ByteView payload) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> sha256{};
  crypto_hash_sha256(sha256.data(), reinterpret_cast<const unsigned char*>(payload.data()),
                     payload.size());
  REFLASH_TRY_VOID(CheckDigest(file, kSha256Offset, std::as_bytes(std::span(sha256)), "SHA-256"));
  return CheckDigest(file, kSha384Offset, ComputeSha384(payload), "SHA-384");
}

Result<ContentSort> ParseSort(ByteView file) {
  const auto number = std::to_integer<std::uint8_t>(file[kSortOffset]);
  const auto* const row =
      std::ranges::find(kSorts, static_cast<ContentSort>(number), &SortRow::sort);
  if (row != kSorts.end()) return row->sort;
  return Fail(ErrorCode::kInvalidImage,
              "at offset {}, sorts of images are 0 to {}; found {}, which is none that is known",
              kSortOffset, kSorts.size() - 1, number);
}

Result<ContentPurpose> ParsePurpose(ByteView file) {
  const auto number = std::to_integer<std::uint8_t>(file[kPurposeOffset]);
  if (number <= kLastPurpose) return static_cast<ContentPurpose>(number);
  return Fail(ErrorCode::kInvalidImage,
              "at offset {}, what a file does is 0 to {}; found {}, which is nothing that is known",
              kPurposeOffset, kLastPurpose, number);
}

}  // namespace

std::string_view WordsOf(ContentSort sort) {
  return std::ranges::find(kSorts, sort, &SortRow::sort)->words;
}

Result<PacsignFile> PacsignFile::Parse(ByteView file) {
  REFLASH_TRY_VOID(CheckLength(file));
  REFLASH_TRY_VOID(CheckMagics(file, kMagics));
  PacsignFile parsed{.sort = REFLASH_TRY(ParseSort(file)),
                     .purpose = REFLASH_TRY(ParsePurpose(file)),
                     .payload = file.subspan(kHeaderBytes)};
  REFLASH_TRY_VOID(parsed.purpose == ContentPurpose::kCancelKey
                       ? CheckMagics(file, kSignedWithRoot)
                       : CheckMagics(file, kSignedWithKey));
  REFLASH_TRY_VOID(CheckPayloadLength(file));
  REFLASH_TRY_VOID(CheckDigests(file, parsed.payload));
  return parsed;
}

}  // namespace reflash::fpga
