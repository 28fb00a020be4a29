// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/command_channel.h"

#include <algorithm>
#include <array>

#include "cmis/cdb/commands.h"
#include "cmis/module/memory_map.h"

namespace reflash::cmis {
namespace {

/// CMIS 5.0 brought command 0001h; what modules before it know is bytes 122-125.
constexpr unsigned kFirstMajorWithPasswordCommand = 5;
constexpr std::uint32_t kDefaultPassword = 0x00001011;
constexpr Duration kPasswordDeadline = std::chrono::seconds(10);

/// How often a reply is read whose check code does not fit.
constexpr unsigned kReplyReads = 3;
/// RPLLength from here on counts EPL pages instead of bytes: 240 is one page.
constexpr std::size_t kPagesFrom = 240;

constexpr std::size_t kCommandIdBytes = 2;
constexpr std::size_t kReplyHeaderBytes = 2;

/// The extended payload pages, which follow each other.
EepromAddress PayloadAddress(std::size_t offset) {
  EepromAddress address = kExtendedPayload;
  address.page = static_cast<std::uint8_t>(address.page + offset / kUpperPageBytes);
  address.offset = static_cast<std::uint8_t>(address.offset + offset % kUpperPageBytes);
  return address;
}

/// Whether RPLChkCode fits a reply: over the reply alone, or from RPLLength on; zero is what
/// modules put there that do not compute it.
bool CheckCodeFits(ByteView header_and_reply) {
  const auto code = std::to_integer<std::uint8_t>(header_and_reply[1]);
  const ByteView reply = header_and_reply.subspan(kReplyHeaderBytes);
  Bytes with_length{header_and_reply[0]};
  Append(with_length, reply);
  return code == 0 || code == CheckCode(reply) || code == CheckCode(with_length);
}

}  // namespace

Result<void> Succeeded(const Command& command, const CommandReply& reply) {
  if (!reply.status.failed()) return {};
  return Fail(reply.status.error_code(), "the module rejected '{}': {}", CommandName(command.id),
              reply.status.Words());
}

CommandChannel::CommandChannel(Scheduler& scheduler, ModuleMemory& memory,
                               CdbAdvertisement advertisement, unsigned cmis_major)
    : memory_(memory),
      advertisement_(advertisement),
      watch_(scheduler, memory, advertisement.background),
      cmis_major_(cmis_major),
      password_(kDefaultPassword) {}

void CommandChannel::LimitBursts(std::uint8_t read_write_length_ext) {
  advertisement_.read_write_length_ext =
      std::min(advertisement_.read_write_length_ext, read_write_length_ext);
}

std::size_t CommandChannel::longest_lpl_burst() const {
  return std::min(LongestLplAccess(advertisement_.read_write_length_ext),
                  memory_.limits().max_write_bytes);
}

std::size_t CommandChannel::longest_epl_burst() const {
  const std::size_t longest = std::min(LongestEplAccess(advertisement_.read_write_length_ext),
                                       memory_.limits().max_write_bytes);
  return advertisement_.auto_paging ? longest : std::min(longest, kUpperPageBytes);
}

Task<CommandReply> CommandChannel::Execute(const Command& command, Duration longest) {
  using enum PasswordWay;
  CommandReply reply = co_await ExecuteOnce(command, longest);
  const std::array ways = cmis_major_ < kFirstMajorWithPasswordCommand
                              ? std::array{kRegister, kCommand}
                              : std::array{kCommand, kRegister};
  for (const PasswordWay way : ways) {
    if (reply.status != status::kPassword) break;
    co_await EnterPassword(way);
    reply = co_await ExecuteOnce(command, longest);
  }
  co_return reply;
}

Task<void> CommandChannel::EnterPassword(PasswordWay way) {
  if (way == PasswordWay::kCommand) {
    co_await ExecuteOnce(EnterPasswordCommand(password_), kPasswordDeadline);
  } else {
    Bytes entry;
    AppendBigEndian<std::uint32_t>(entry, password_);
    co_await memory_.Write(kPasswordEntry, entry, entry.size());
  }
}

Task<CommandReply> CommandChannel::ExecuteOnce(const Command& command, Duration longest) {
  co_await watch_.BeforeTrigger(command.id);
  co_await SendExtendedPayload(command.epl);
  co_await SendCommand(command);
  const CdbStatus status = co_await watch_.AfterTrigger(command.id, longest);
  CommandReply reply{.status = status};
  if (status.failed()) co_return reply;
  if (command.reply_bytes > 0) reply.lpl = co_await ReadReply(command);
  if (command.epl_reply_bytes > 0) reply.epl = co_await ReadExtendedReply(command);
  co_return reply;
}

Task<Bytes> CommandChannel::Perform(const Command& command, Duration longest) {
  CommandReply reply = co_await Execute(command, longest);
  co_await Succeeded(command, reply);
  co_return std::move(reply.lpl);
}

Task<Bytes> CommandChannel::PerformForEpl(const Command& command, Duration longest) {
  CommandReply reply = co_await Execute(command, longest);
  co_await Succeeded(command, reply);
  co_return std::move(reply.epl);
}

Task<void> CommandChannel::SendExtendedPayload(ByteView payload) {
  const std::size_t burst = longest_epl_burst();
  std::size_t offset = 0;
  while (offset < payload.size()) {
    const std::size_t left_of_page = kUpperPageBytes - offset % kUpperPageBytes;
    const std::size_t room = advertisement_.auto_paging ? burst : std::min(burst, left_of_page);
    const ByteView piece = payload.subspan(offset, std::min(room, payload.size() - offset));
    co_await memory_.Write(PayloadAddress(offset), piece, burst);
    offset += piece.size();
  }
}

Task<void> CommandChannel::SendCommand(const Command& command) {
  const Bytes encoded = EncodeCommand(command);
  const std::size_t burst = longest_lpl_burst();
  watch_.Triggering();
  if (advertisement_.trigger_on_stop && encoded.size() <= burst) {
    co_await memory_.Write(kCdbCommandId, encoded, burst);
    co_return;
  }
  const ByteView all = encoded;
  co_await memory_.Write(kCdbBody, all.subspan(kCommandIdBytes), burst);
  co_await memory_.Write(kCdbCommandId, all.first(kCommandIdBytes), burst);
}

Result<ByteView> CommandChannel::CheckReply(const Command& command, ByteView bytes) const {
  const ByteView expected = bytes.subspan(kReplyHeaderBytes);
  const auto length = std::to_integer<std::size_t>(bytes[0]);
  if (!reply_lengths_count_) return expected;
  if (length > Command::kLargestLpl) {
    return Fail(ErrorCode::kHwError, "the reply to '{}' claims {} bytes; a reply has at most {}",
                CommandName(command.id), length, Command::kLargestLpl);
  }
  return expected.first(std::min(length, expected.size()));
}

Task<Bytes> CommandChannel::ReadReply(const Command& command) {
  const std::size_t burst = LongestLplAccess(advertisement_.read_write_length_ext);
  for (unsigned attempt = 1;; ++attempt) {
    const Bytes bytes =
        co_await memory_.Read(kCdbReply, kReplyHeaderBytes + command.reply_bytes, burst);
    const ByteView reply = co_await CheckReply(command, bytes);
    const bool fits = CheckCodeFits(ByteView(bytes).first(kReplyHeaderBytes + reply.size()));
    if (!fits && attempt < kReplyReads) continue;
    if (!fits) ++odd_replies_;
    co_return Bytes(reply.begin(), reply.end());
  }
}

Task<Bytes> CommandChannel::ReadExtendedReply(const Command& command) {
  const Bytes header = co_await memory_.Read(kCdbReply, kReplyHeaderBytes, kReplyHeaderBytes);
  const auto length = std::to_integer<std::size_t>(header[0]);
  const std::size_t pages = length < kPagesFrom ? 0 : length - kPagesFrom + 1;
  if (pages * kUpperPageBytes < command.epl_reply_bytes) {
    co_return Fail(ErrorCode::kHwError,
                   "the reply to '{}' has {} pages of the extended payload; {} bytes were expected",
                   CommandName(command.id), pages, command.epl_reply_bytes);
  }
  const std::size_t burst =
      std::min(LongestEplAccess(advertisement_.read_write_length_ext), kUpperPageBytes);
  Bytes reply;
  while (reply.size() < command.epl_reply_bytes) {
    const std::size_t count = std::min(kUpperPageBytes, command.epl_reply_bytes - reply.size());
    Append(reply, co_await memory_.Read(PayloadAddress(reply.size()), count, burst));
  }
  co_return reply;
}

}  // namespace reflash::cmis
