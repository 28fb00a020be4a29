// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/firmware_features.h"

#include "cmis/cdb/commands.h"

namespace reflash::cmis {
namespace {

/// A write or read mechanism, bytes 141 and 142, in the codes of the text and those of an older one
/// (EPL 02h, both 03h). Any other code, 00h too, is tried as LPL, which each module with CDB has.
struct Mechanism {
  bool lpl;
  bool epl;
};

Mechanism DecodeMechanism(std::uint8_t code) {
  switch (code) {
    case 0x02:
    case 0x10:
      return {.lpl = false, .epl = true};
    case 0x03:
    case 0x11:
      return {.lpl = true, .epl = true};
    default:
      return {.lpl = true, .epl = false};
  }
}

}  // namespace

Result<FirmwareFeatures> FirmwareFeatures::Parse(ByteView reply, std::uint8_t cmis_revision) {
  if (reply.size() < kReplyBytes) {
    return Fail(ErrorCode::kHwError,
                "the module's firmware features have {} bytes; {} were expected", reply.size(),
                kReplyBytes);
  }
  const auto byte = [reply](std::size_t offset) {
    return std::to_integer<std::uint8_t>(reply[offset - 136]);
  };
  // The multiplier came with CMIS 5.0; before, the bit is reserved.
  const bool tenfold = cmis_revision >= 0x50 && (byte(137) & 0x08U) != 0;
  const auto duration = [&](std::size_t offset) {
    const auto units = LoadBigEndian<std::uint16_t>(reply.subspan(offset - 136));
    return std::chrono::milliseconds(units * (tenfold ? 10 : 1));
  };
  if (byte(138) > kLargestStartHeader) {
    return Fail(ErrorCode::kHwError,
                "the module wants a start header of {} bytes; a command has room for {}", byte(138),
                kLargestStartHeader);
  }
  const Mechanism write = DecodeMechanism(byte(141));
  const Mechanism read = DecodeMechanism(byte(142));
  return FirmwareFeatures{
      .read_back = (byte(137) & 0x80U) != 0,
      .skip_erased = (byte(137) & 0x04U) != 0,
      .copy = (byte(137) & 0x02U) != 0,
      .abort = (byte(137) & 0x01U) != 0,
      .start_header_bytes = byte(138),
      .erased_byte = byte(139),
      .read_write_length_ext = byte(140),
      .write_code = byte(141),
      .write_lpl = write.lpl,
      .write_epl = write.epl,
      .read_lpl = read.lpl,
      .read_epl = read.epl,
      .hitless = (byte(143) & 0x01U) != 0,
      .max_start = duration(144),
      .max_abort = duration(146),
      .max_write = duration(148),
      .max_complete = duration(150),
  };
}

}  // namespace reflash::cmis
