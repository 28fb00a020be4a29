// SPDX-License-Identifier: Apache-2.0
#include "emu/adapter/adapter_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>
#include <string_view>

#include "emu/crc32.h"
#include "emu/image_format.h"
#include "emu/random_image.h"

namespace reflash::emu {
namespace {

constexpr std::string_view kMagic = "REFLASHA";
constexpr std::size_t kHeaderBytes = 64;

// Where the fields of the header are; numbers are big-endian.
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kSortAt = 12;
constexpr std::size_t kLengthAt = 16;
constexpr std::size_t kChecksumAt = 20;
constexpr std::size_t kIdsAt = 24;

constexpr std::byte kFull{1};
constexpr std::byte kPartial{2};

std::uint32_t ChecksumOf(ByteView image) {
  Crc32 checksum;
  checksum.Add(image.subspan(kHeaderBytes));
  return checksum.value();
}

Bytes IdsOf(const AdapterSettings& settings) {
  Bytes ids;
  for (const std::uint16_t id : {settings.vendor_id, settings.device_id,
                                 settings.subsystem_vendor_id, settings.subsystem_id}) {
    AppendBigEndian(ids, id);
  }
  return ids;
}

}  // namespace

Result<Bytes> MakeAdapterImage(const Version& version, const AdapterSettings& settings,
                               std::size_t size_bytes, std::uint64_t seed, bool partial) {
  if (version.major > 0xFF || version.minor > 0xFF || version.build > 0xFFFF) {
    return Fail(ErrorCode::kInvalidArgument, "version {} is over 255.255.65535",
                version.ToString());
  }
  if (size_bytes < kHeaderBytes || size_bytes > std::numeric_limits<std::uint32_t>::max()) {
    return Fail(ErrorCode::kInvalidArgument,
                "an adapter image cannot have {} bytes; {} is the least", size_bytes, kHeaderBytes);
  }
  Bytes image(size_bytes);
  const std::span view(image);
  std::ranges::copy(AsBytes(kMagic), view.begin());
  view[kVersionAt] = static_cast<std::byte>(version.major);
  view[kVersionAt + 1] = static_cast<std::byte>(version.minor);
  StoreBigEndian(view.subspan(kVersionAt + 2), static_cast<std::uint16_t>(version.build));
  view[kSortAt] = partial ? kPartial : kFull;
  StoreBigEndian(view.subspan(kLengthAt), static_cast<std::uint32_t>(size_bytes));
  std::ranges::copy(IdsOf(settings), view.subspan(kIdsAt).begin());
  FillLikeFirmware(view.subspan(kHeaderBytes), seed);
  StoreBigEndian(view.subspan(kChecksumAt), ChecksumOf(image));
  return image;
}

std::optional<Version> VerifyAdapterImage(ByteView image, const AdapterSettings& settings) {
  if (image.size() < kHeaderBytes) return std::nullopt;
  const Bytes ids = IdsOf(settings);
  const bool fits = std::ranges::equal(image.first(kMagic.size()), AsBytes(kMagic)) &&
                    image[kSortAt] == kFull &&
                    LoadBigEndian<std::uint32_t>(image.subspan(kLengthAt)) == image.size() &&
                    LoadBigEndian<std::uint32_t>(image.subspan(kChecksumAt)) == ChecksumOf(image) &&
                    std::ranges::equal(image.subspan(kIdsAt, ids.size()), ids);
  if (!fits) return std::nullopt;
  return Version{.major = std::to_integer<std::uint32_t>(image[kVersionAt]),
                 .minor = std::to_integer<std::uint32_t>(image[kVersionAt + 1]),
                 .build = LoadBigEndian<std::uint16_t>(image.subspan(kVersionAt + 2))};
}

std::string MakeAdapterManifest(const Version& version, const AdapterSettings& settings,
                                ByteView image) {
  return ManifestText(version, image) +
         fmt::format("kind = \"capi-adapter\"\npart = \"{}\"\n", settings.part);
}

}  // namespace reflash::emu
