// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/reply_fields.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "cmis/cdb/commands.h"
#include "cmis/cdb/firmware_features.h"
#include "cmis/cdb/firmware_info.h"
#include "cmis/cdb/module_features.h"

namespace reflash::cmis {
namespace {

using Fields = std::vector<ReplyField>;

std::string Milliseconds(Duration duration) {
  return fmt::format("{} ms",
                     std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}
std::string YesOrNo(bool value) { return value ? "yes" : "no"; }

Result<void> CheckLength(ByteView reply, std::size_t bytes) {
  if (reply.size() >= bytes) return {};
  return Fail(ErrorCode::kHwError, "the reply has {} bytes instead of {}", reply.size(), bytes);
}

/// 0000h: some modules tell the status a byte later, and a length of 3.
Result<Fields> DescribeStatus(ByteView reply, std::uint8_t /*revision*/) {
  REFLASH_TRY_VOID(CheckLength(reply, 2));
  const auto status = std::to_integer<unsigned>(reply[1]);
  std::string_view words = "booting";
  if (status >= 0x80) words = "module password accepted";
  if (status == 0x01) words = "host password accepted";
  return Fields{{"status", fmt::format("{:02X}h, {}", status, words)}};
}

Result<Fields> DescribeModuleFeatures(ByteView reply, std::uint8_t /*revision*/) {
  const ModuleFeatures features = REFLASH_TRY(ModuleFeatures::Parse(reply));
  std::vector<std::string> commands;
  commands.reserve(features.commands.size());
  for (const std::uint16_t id : features.commands) commands.push_back(fmt::format("{:04X}h", id));
  return Fields{{"commands", fmt::format("{}", fmt::join(commands, " "))},
                {"longest completion", Milliseconds(features.max_completion)}};
}

std::string Mechanism(bool lpl, bool epl) {
  if (lpl && epl) return "LPL and EPL";
  if (!lpl && !epl) return "none";
  return lpl ? "LPL" : "EPL";
}

Result<Fields> DescribeFirmwareFeatures(ByteView reply, std::uint8_t revision) {
  const FirmwareFeatures features = REFLASH_TRY(FirmwareFeatures::Parse(reply, revision));
  return Fields{
      {"start header", fmt::format("{} bytes", features.start_header_bytes)},
      {"writes", Mechanism(features.write_lpl, features.write_epl)},
      {"reads back", Mechanism(features.read_lpl, features.read_epl)},
      {"may skip erased blocks", YesOrNo(features.skip_erased)},
      {"erased byte", fmt::format("{:02X}h", features.erased_byte)},
      {"longest access", fmt::format("{} bytes", 8 * (features.read_write_length_ext + 1))},
      {"copies", YesOrNo(features.copy)},
      {"aborts", YesOrNo(features.abort)},
      {"hitless start", YesOrNo(features.hitless)},
      {"longest start", Milliseconds(features.max_start)},
      {"longest abort", Milliseconds(features.max_abort)},
      {"longest write", Milliseconds(features.max_write)},
      {"longest complete", Milliseconds(features.max_complete)},
  };
}

std::string BankWords(const FirmwareBank& bank) {
  if (!bank.present && !bank.marked_empty) return "-";
  std::string words = bank.version.ToString();
  if (bank.running) words += ", running";
  if (bank.committed) words += ", committed";
  words += bank.valid ? ", valid" : ", empty";
  if (!bank.extra.empty()) words += fmt::format(" ({})", bank.extra);
  return words;
}

Result<Fields> DescribeFirmwareInfo(ByteView reply, std::uint8_t /*revision*/) {
  const FirmwareInfo info = REFLASH_TRY(FirmwareInfo::Parse(reply));
  return Fields{{"bank A", BankWords(info.a)},
                {"bank B", BankWords(info.b)},
                {"factory", BankWords(info.factory)}};
}

Result<Fields> DescribeBlock(ByteView reply, std::uint8_t /*revision*/) {
  REFLASH_TRY_VOID(CheckLength(reply, kBlockAddressBytes));
  return Fields{{"address", fmt::format("{:#x}", LoadBigEndian<std::uint32_t>(reply))},
                {"bytes", fmt::format("{}", reply.size() - kBlockAddressBytes)}};
}

Result<Fields> DescribeCopy(ByteView reply, std::uint8_t /*revision*/) {
  constexpr std::size_t kDirection = 4;
  constexpr std::size_t kOutcome = 5;
  REFLASH_TRY_VOID(CheckLength(reply, kOutcome + 1));
  const bool from_a = reply[kDirection] == std::byte{0xAB};
  return Fields{{"copied", fmt::format("{} bytes", LoadBigEndian<std::uint32_t>(reply))},
                {"direction", from_a ? "A to B" : "B to A"},
                {"outcome", reply[kOutcome] == std::byte{0} ? "done" : "failed"}};
}

struct Row {
  std::uint16_t id;
  Result<Fields> (*describe)(ByteView reply, std::uint8_t revision);
};

constexpr std::array kRows{
    Row{command_id::kQueryStatus, DescribeStatus},
    Row{command_id::kModuleFeatures, DescribeModuleFeatures},
    Row{command_id::kFirmwareFeatures, DescribeFirmwareFeatures},
    Row{command_id::kFirmwareInfo, DescribeFirmwareInfo},
    Row{command_id::kReadBlockLpl, DescribeBlock},
    Row{command_id::kCopyImage, DescribeCopy},
};

}  // namespace

std::vector<ReplyField> DescribeReply(std::uint16_t id, ByteView reply,
                                      std::uint8_t cmis_revision) {
  const auto* const row = std::ranges::find(kRows, id, &Row::id);
  if (row == kRows.end()) return {};
  Result<Fields> fields = row->describe(reply, cmis_revision);
  if (!fields) return {{"error", fields.error().Message()}};
  return *std::move(fields);
}

}  // namespace reflash::cmis
