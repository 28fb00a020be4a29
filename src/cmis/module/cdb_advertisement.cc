// SPDX-License-Identifier: Apache-2.0
#include "cmis/module/cdb_advertisement.h"

#include <algorithm>
#include <array>

namespace reflash::cmis {
namespace {

/// Byte 163, bits 7-6; the code 3 is reserved.
constexpr std::array<unsigned, 4> kInstances{0, 1, 2, 0};

/// Byte 163, bits 3-0; the codes from 8 on are reserved. Code 6 means 12 pages, or 9 in another
/// transcription: 8 are sure, which both allow, and 12 may be tried.
constexpr std::array<unsigned, 16> kEplPages{0, 1, 2, 3, 4, 8, 8, 16};
constexpr std::array<unsigned, 16> kEplPagesToTry{0, 1, 2, 3, 4, 8, 12, 16};

/// The two codings of bytes 165 and 166 exclude each other by a bit whose text is contradictory;
/// as a deadline, the larger of both is right in any case.
Duration MaxBusy(unsigned byte_165, unsigned byte_166) {
  const std::chrono::milliseconds extended(160 * std::max(1U, byte_165 & 0x1FU));
  const std::chrono::milliseconds plain(80 - std::min(80U, byte_166 & 0x7FU));
  return std::max(extended, plain);
}

}  // namespace

CdbAdvertisement CdbAdvertisement::Parse(ByteView page) {
  const auto byte = [page](std::size_t offset) {
    return std::to_integer<unsigned>(page[offset - 128]);
  };
  return {
      .instances = kInstances.at(byte(163) >> 6U),
      .background = (byte(163) & 0x20U) != 0,
      .auto_paging = (byte(163) & 0x10U) != 0,
      .epl_pages = kEplPages.at(byte(163) & 0x0FU),
      .epl_pages_to_try = kEplPagesToTry.at(byte(163) & 0x0FU),
      .read_write_length_ext = static_cast<std::uint8_t>(byte(164)),
      .trigger_on_stop = (byte(165) & 0x80U) != 0,
      .max_busy = MaxBusy(byte(165), byte(166)),
  };
}

std::size_t LongestEplAccess(std::uint8_t extension) { return 8U * (1U + extension); }

std::size_t LongestLplAccess(std::uint8_t extension) {
  return 8U * (1U + std::min<std::size_t>(extension, 15));
}

}  // namespace reflash::cmis
