// SPDX-License-Identifier: Apache-2.0
#include "emu/image_format.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

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

constexpr auto kChecksumTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t index = 0; index < table.size(); ++index) {
    std::uint32_t value = index;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value & 1U) != 0 ? (value >> 1U) ^ 0xEDB88320U : value >> 1U;
    }
    table.at(index) = value;
  }
  return table;
}();

std::uint32_t Continue(std::uint32_t checksum, ByteView bytes) {
  for (const std::byte byte : bytes) {
    const std::uint32_t index = (checksum ^ std::to_integer<std::uint32_t>(byte)) & 0xFFU;
    checksum = (checksum >> 8U) ^ kChecksumTable[index];
  }
  return checksum;
}

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

void FillRandom(std::span<std::byte> bytes, RandomNumbers& random) {
  while (!bytes.empty()) {
    std::array<std::byte, sizeof(std::uint64_t)> word{};
    StoreBigEndian(std::span(word), random.Next());
    const std::size_t count = std::min(word.size(), bytes.size());
    std::ranges::copy(std::span(word).first(count), bytes.begin());
    bytes = bytes.subspan(count);
  }
}

/// Stretches of 1 to 8 KiB, a quarter of them padding.
void FillPayload(std::span<std::byte> payload, std::uint64_t seed) {
  RandomNumbers random(seed);
  while (!payload.empty()) {
    const std::uint64_t choice = random.Next();
    const bool padding = choice % 4 == 0;
    const std::size_t count = std::min<std::size_t>(payload.size(), (1 + choice / 4 % 8) * 1024);
    const std::span<std::byte> stretch = payload.first(count);
    if (padding) {
      std::ranges::fill(stretch, std::byte{0xFF});
    } else {
      FillRandom(stretch, random);
    }
    payload = payload.subspan(count);
  }
}

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
  FillPayload(view.subspan(ImageHeader::kBytes), seed);
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
  const std::uint32_t head = Continue(0xFFFFFFFFU, image.first(kChecksumAt));
  return ~Continue(head, image.subspan(kChecksumAt + kChecksumBytes));
}

std::string Sha256Hex(ByteView bytes) {
  std::array<std::byte, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return ToHex(digest);
}

std::string MakeManifest(const Version& version, std::string_view part, ByteView image) {
  return fmt::format(
      "[image]\nversion = \"{}\"\nsha256 = \"{}\"\n\n[[fits]]\nkind = \"cmis-module\"\n"
      "part = \"{}\"\n",
      version.ToString(), Sha256Hex(image), part);
}

}  // namespace reflash::emu
