// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/firmware_info.h"

namespace reflash::cmis {
namespace {

constexpr std::size_t kImageBytes = 36;
constexpr std::size_t kRepliesWithBothBanks = 2 + 2 * kImageBytes;

/// `status` holds running, committed, invalid in bits 0 to 2; `image` the 36 bytes of a bank.
FirmwareBank ParseBank(unsigned status, bool present, ByteView image) {
  return {
      .present = present,
      .running = (status & 0x01U) != 0,
      .committed = (status & 0x02U) != 0,
      .marked_empty = (status & 0x04U) != 0,
      .valid = present && (status & 0x04U) == 0,
      .version = {.major = std::to_integer<std::uint32_t>(image[0]),
                  .minor = std::to_integer<std::uint32_t>(image[1]),
                  .build = LoadBigEndian<std::uint16_t>(image.subspan(2))},
      .extra = PrintableText(image.subspan(4, 32)),
  };
}

}  // namespace

Result<FirmwareInfo> FirmwareInfo::Parse(ByteView reply) {
  if (reply.size() < kRepliesWithBothBanks) {
    return Fail(ErrorCode::kHwError, "the module's firmware info has {} bytes; {} were expected",
                reply.size(), kReplyBytes);
  }
  const auto status = std::to_integer<unsigned>(reply[0]);
  const auto present = std::to_integer<unsigned>(reply[1]);
  FirmwareInfo info{
      .a = ParseBank(status, (present & 0x01U) != 0, reply.subspan(2)),
      .b = ParseBank(status >> 4U, (present & 0x02U) != 0, reply.subspan(2 + kImageBytes)),
  };
  if (reply.size() >= kReplyBytes) {
    info.factory = ParseBank(0, (present & 0x04U) != 0, reply.subspan(2 + 2 * kImageBytes));
  }
  return info;
}

bool FirmwareInfo::SingleBank() const {
  return !b.present && !b.running && !b.committed && !b.marked_empty;
}

}  // namespace reflash::cmis
