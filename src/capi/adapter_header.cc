// SPDX-License-Identifier: Apache-2.0
#include "capi/adapter_header.h"

#include <span>

#include "base/bytes.h"

namespace reflash::capi {
namespace {

constexpr std::uint16_t kVersion = 1;

// Where the fields are; numbers are big-endian.
constexpr std::size_t kVersionAt = 0;
constexpr std::size_t kVendorAt = 8;
constexpr std::size_t kDeviceAt = 10;
constexpr std::size_t kSubsystemVendorAt = 12;
constexpr std::size_t kSubsystemAt = 14;
constexpr std::size_t kImageOffsetAt = 16;
constexpr std::size_t kImageLengthAt = 24;

}  // namespace

AdapterHeader MakeAdapterHeader(const AdapterIdentity& identity, std::uint64_t image_bytes) {
  AdapterHeader header{};
  const std::span fields(header);
  StoreBigEndian(fields.subspan(kVersionAt), kVersion);
  StoreBigEndian(fields.subspan(kVendorAt), identity.vendor);
  StoreBigEndian(fields.subspan(kDeviceAt), identity.device);
  StoreBigEndian(fields.subspan(kSubsystemVendorAt), identity.subsystem_vendor);
  StoreBigEndian(fields.subspan(kSubsystemAt), identity.subsystem);
  StoreBigEndian<std::uint64_t>(fields.subspan(kImageOffsetAt), kAdapterHeaderBytes);
  StoreBigEndian(fields.subspan(kImageLengthAt), image_bytes);
  return header;
}

}  // namespace reflash::capi
