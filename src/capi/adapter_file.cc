// SPDX-License-Identifier: Apache-2.0
#include "capi/adapter_file.h"

#include <algorithm>
#include <string_view>

#include "capi/crc32.h"

namespace reflash::capi {
namespace {

constexpr std::string_view kMagic = "REFLASHA";
constexpr std::byte kFull{1};
constexpr std::byte kPartial{2};

// Where the fields of the header are; numbers are big-endian.
constexpr std::size_t kMajorAt = 8;
constexpr std::size_t kMinorAt = 9;
constexpr std::size_t kBuildAt = 10;
constexpr std::size_t kKindAt = 12;
constexpr std::size_t kLengthAt = 16;
constexpr std::size_t kCheckCodeAt = 20;
constexpr std::size_t kVendorAt = 24;
constexpr std::size_t kDeviceAt = 26;
constexpr std::size_t kSubsystemVendorAt = 28;
constexpr std::size_t kSubsystemAt = 30;

std::uint16_t Number(ByteView file, std::size_t at) {
  return LoadBigEndian<std::uint16_t>(file.subspan(at));
}

Result<void> CheckWhole(ByteView file) {
  if (file.size() < AdapterFile::kHeaderBytes) {
    return Fail(ErrorCode::kInvalidImage, "the image ends after {} bytes, within its header",
                file.size());
  }
  const auto length = LoadBigEndian<std::uint32_t>(file.subspan(kLengthAt));
  if (length != file.size()) {
    return Fail(ErrorCode::kInvalidImage, "the image has {} bytes; its header tells of {}",
                file.size(), length);
  }
  if (Crc32(file.subspan(AdapterFile::kHeaderBytes)) !=
      LoadBigEndian<std::uint32_t>(file.subspan(kCheckCodeAt))) {
    return Fail(ErrorCode::kInvalidImage, "the image is damaged: its check code is wrong");
  }
  return {};
}

}  // namespace

Result<std::optional<AdapterFile>> AdapterFile::Parse(ByteView file) {
  const ByteView magic = AsBytes(kMagic);
  if (file.size() < magic.size() || !std::ranges::equal(file.first(magic.size()), magic)) {
    return std::nullopt;
  }
  REFLASH_TRY_VOID(CheckWhole(file));
  const std::byte kind = file[kKindAt];
  if (kind != kFull && kind != kPartial) {
    return Fail(ErrorCode::kInvalidImage, "the image is of kind {}, which is none",
                std::to_integer<int>(kind));
  }
  return AdapterFile{.version = {.major = std::to_integer<std::uint32_t>(file[kMajorAt]),
                                 .minor = std::to_integer<std::uint32_t>(file[kMinorAt]),
                                 .build = Number(file, kBuildAt)},
                     .identity = {.vendor = Number(file, kVendorAt),
                                  .device = Number(file, kDeviceAt),
                                  .subsystem_vendor = Number(file, kSubsystemVendorAt),
                                  .subsystem = Number(file, kSubsystemAt)},
                     .is_partial = kind == kPartial};
}

}  // namespace reflash::capi
