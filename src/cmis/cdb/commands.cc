// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/commands.h"

#include <cassert>

#include "cmis/cdb/firmware_features.h"
#include "cmis/cdb/firmware_info.h"

namespace reflash::cmis {

namespace {

Command ReadBlockCommand(std::uint16_t id, std::uint32_t address, std::uint16_t count) {
  Command command{.id = id};
  AppendBigEndian<std::uint32_t>(command.lpl, address);
  AppendBigEndian<std::uint16_t>(command.lpl, count);
  return command;
}

}  // namespace

Command EnterPasswordCommand(std::uint32_t password) {
  Command command{.id = command_id::kEnterPassword};
  AppendBigEndian<std::uint32_t>(command.lpl, password);
  return command;
}

Command FirmwareFeaturesCommand() {
  return {.id = command_id::kFirmwareFeatures, .reply_bytes = FirmwareFeatures::kReplyBytes};
}

Command FirmwareInfoCommand() {
  return {.id = command_id::kFirmwareInfo, .reply_bytes = FirmwareInfo::kReplyBytes};
}

Command StartDownloadCommand(std::uint32_t image_bytes, ByteView header) {
  assert(header.size() <= kLargestStartHeader);
  Command command{.id = command_id::kStartDownload};
  AppendBigEndian<std::uint32_t>(command.lpl, image_bytes);
  AppendBigEndian<std::uint32_t>(command.lpl, 0);
  Append(command.lpl, header);
  return command;
}

Command AbortDownloadCommand() { return {.id = command_id::kAbortDownload}; }

Command WriteBlockLplCommand(std::uint32_t address, ByteView data) {
  assert(data.size() <= kLargestLplBlock);
  Command command{.id = command_id::kWriteBlockLpl};
  command.lpl.reserve(4 + data.size());
  AppendBigEndian<std::uint32_t>(command.lpl, address);
  Append(command.lpl, data);
  return command;
}

Command WriteBlockEplCommand(std::uint32_t address, ByteView data) {
  assert(data.size() <= kLargestEplBlock);
  Command command{.id = command_id::kWriteBlockEpl, .epl = data};
  AppendBigEndian<std::uint32_t>(command.lpl, address);
  return command;
}

Command ReadBlockLplCommand(std::uint32_t address, std::uint16_t count) {
  Command command = ReadBlockCommand(command_id::kReadBlockLpl, address, count);
  command.reply_bytes = kBlockAddressBytes + count;
  return command;
}

Command ReadBlockEplCommand(std::uint32_t address, std::uint16_t count) {
  Command command = ReadBlockCommand(command_id::kReadBlockEpl, address, count);
  command.epl_reply_bytes = count;
  return command;
}

Command CompleteDownloadCommand() { return {.id = command_id::kCompleteDownload}; }

Command RunImageCommand(RunMode mode, std::chrono::milliseconds delay) {
  Command command{.id = command_id::kRunImage};
  AppendBigEndian<std::uint8_t>(command.lpl, 0);
  AppendBigEndian<std::uint8_t>(command.lpl, static_cast<std::uint8_t>(mode));
  AppendBigEndian<std::uint16_t>(command.lpl, static_cast<std::uint16_t>(delay.count()));
  return command;
}

Command CommitImageCommand() { return {.id = command_id::kCommitImage}; }

}  // namespace reflash::cmis
