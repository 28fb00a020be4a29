// SPDX-License-Identifier: Apache-2.0
#include "emu/image_format.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "emu/crc32.h"
#include "emu/random_image.h"

namespace reflash::emu {
namespace {

constexpr std::string_view kMagic = "REFLASHI";
constexpr std::uint16_t kFormat = 1;

// Where the fields of the header are; numbers are big-endian.
constexpr std::size_t kFormatAt = 8;
constexpr std::size_t kVersionAt = 12;
constexpr std::size_t kPartAt = 16;
constexpr std::size_t kPartBytes = 16;
constexpr std::size_t kLengthAt = 32;
constexpr std::size_t kChecksumAt = 36;
constexpr std::size_t kChecksumBytes = 4;

Result<void> CheckArguments(const Version& version, std::string_view part, std::size_t size_bytes) {
  if (version.major > 0xFF || version.minor > 0xFF || version.build > 0xFFFF) {
    return Fail(ErrorCode::kInvalidArgument, "version {} is over 255.255.65535",
                version.ToString());
  }
  const auto printable = [](char letter) { return letter >= ' ' && letter <= '~'; };
  if (part.size() > kPartBytes || !std::ranges::all_of(part, printable)) {
    return Fail(ErrorCode::kInvalidArgument, "part '{}' is more than {} printable characters", part,
                kPartBytes);
  }
  if (size_bytes < ImageHeader::kBytes || size_bytes > std::numeric_limits<std::uint32_t>::max()) {
    return Fail(ErrorCode::kInvalidArgument, "an image cannot have {} bytes; {} is the least",
                size_bytes, ImageHeader::kBytes);
  }
  return {};
}

}  // namespace

bool ImageHeader::Fits(std::string_view module_part) const {
  if (!part.empty() && part.back() == '*') {
    return module_part.starts_with(std::string_view(part).substr(0, part.size() - 1));
  }
  return part == module_part;
}

Result<Bytes> MakeImage(const Version& version, std::string_view part, std::size_t size_bytes,
                        std::uint64_t seed) {
  REFLASH_TRY_VOID(CheckArguments(version, part, size_bytes));
  Bytes image(size_bytes);
  const std::span view(image);
  std::ranges::copy(AsBytes(kMagic), view.begin());
  StoreBigEndian(view.subspan(kFormatAt), kFormat);
  view[kVersionAt] = static_cast<std::byte>(version.major);
  view[kVersionAt + 1] = static_cast<std::byte>(version.minor);
  StoreBigEndian(view.subspan(kVersionAt + 2), static_cast<std::uint16_t>(version.build));
  std::ranges::copy(AsBytes(part), view.subspan(kPartAt).begin());
  StoreBigEndian(view.subspan(kLengthAt), static_cast<std::uint32_t>(size_bytes));
  FillLikeFirmware(view.subspan(ImageHeader::kBytes), seed);
  StoreBigEndian(view.subspan(kChecksumAt), ImageChecksum(image));
  return image;
}

Result<ImageHeader> ParseImageHeader(ByteView image) {
  if (image.size() < ImageHeader::kBytes ||
      !std::ranges::equal(image.first(kMagic.size()), AsBytes(kMagic))) {
    return Fail(ErrorCode::kInvalidImage, "this is no image for emulated devices");
  }
  if (const auto format = LoadBigEndian<std::uint16_t>(image.subspan(kFormatAt));
      format != kFormat) {
    return Fail(ErrorCode::kInvalidImage, "image format {} is not {}", format, kFormat);
  }
  return ImageHeader{
      .version = {.major = std::to_integer<std::uint32_t>(image[kVersionAt]),
                  .minor = std::to_integer<std::uint32_t>(image[kVersionAt + 1]),
                  .build = LoadBigEndian<std::uint16_t>(image.subspan(kVersionAt + 2))},
      .part = PrintableText(image.subspan(kPartAt, kPartBytes)),
      .length_bytes = LoadBigEndian<std::uint32_t>(image.subspan(kLengthAt)),
      .checksum = LoadBigEndian<std::uint32_t>(image.subspan(kChecksumAt))};
}

std::uint32_t ImageChecksum(ByteView image) {
  Crc32 checksum;
  checksum.Add(image.first(kChecksumAt));
  checksum.Add(image.subspan(kChecksumAt + kChecksumBytes));
  return checksum.value();
}

std::string Sha256Hex(ByteView bytes) {
  std::array<std::byte, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return ToHex(digest);
}

std::string MakeManifest(const Version& version, std::string_view part, ByteView image) {
  return ManifestText(version, image) +
         fmt::format("kind = \"cmis-module\"\npart = \"{}\"\n", part);
}

std::string ManifestText(const Version& version, ByteView image) {
  return fmt::format("[image]\nversion = \"{}\"\nsha256 = \"{}\"\n\n[[fits]]\n", version.ToString(),
                     Sha256Hex(image));
}

}  // namespace reflash::emu
