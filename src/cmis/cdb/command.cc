// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/command.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string_view>

#include "cmis/cdb/commands.h"

namespace reflash::cmis {
namespace {

struct NameRow {
  std::uint16_t id;
  std::string_view name;
};

constexpr std::array kNames{
    NameRow{command_id::kQueryStatus, "query status"},
    NameRow{command_id::kEnterPassword, "enter password"},
    NameRow{command_id::kChangePassword, "change password"},
    NameRow{command_id::kAbort, "abort"},
    NameRow{command_id::kModuleFeatures, "module features"},
    NameRow{command_id::kFirmwareFeatures, "firmware management features"},
    NameRow{command_id::kFirmwareInfo, "firmware info"},
    NameRow{command_id::kStartDownload, "start firmware download"},
    NameRow{command_id::kAbortDownload, "abort firmware download"},
    NameRow{command_id::kWriteBlockLpl, "write firmware block (LPL)"},
    NameRow{command_id::kWriteBlockEpl, "write firmware block (EPL)"},
    NameRow{command_id::kReadBlockLpl, "read firmware block (LPL)"},
    NameRow{command_id::kReadBlockEpl, "read firmware block (EPL)"},
    NameRow{command_id::kCompleteDownload, "complete firmware download"},
    NameRow{command_id::kCopyImage, "copy firmware image"},
    NameRow{command_id::kRunImage, "run firmware image"},
    NameRow{command_id::kCommitImage, "commit firmware image"},
};

}  // namespace

std::uint8_t CheckCode(ByteView bytes) {
  unsigned sum = 0;
  for (const std::byte byte : bytes) sum += std::to_integer<unsigned>(byte);
  return static_cast<std::uint8_t>(~sum);
}

Bytes EncodeCommand(const Command& command) {
  assert(command.lpl.size() <= Command::kLargestLpl);
  Bytes encoded;
  encoded.reserve(8 + command.lpl.size());
  AppendBigEndian<std::uint16_t>(encoded, command.id);
  AppendBigEndian<std::uint16_t>(encoded, static_cast<std::uint16_t>(command.epl.size()));
  encoded.push_back(static_cast<std::byte>(command.lpl.size()));
  encoded.resize(8);
  Append(encoded, command.lpl);
  encoded[5] = static_cast<std::byte>(CheckCode(encoded));
  return encoded;
}

std::string CommandName(std::uint16_t id) {
  const auto* const found = std::ranges::find(kNames, id, &NameRow::id);
  if (found == kNames.end()) return fmt::format("command {:04X}h", id);
  return std::string(found->name);
}

}  // namespace reflash::cmis
