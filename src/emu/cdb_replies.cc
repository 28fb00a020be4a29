// SPDX-License-Identifier: Apache-2.0
// The replies of the CDB commands that describe the module; the other commands stand in
// cdb_commands.cc.
#include <algorithm>
#include <array>
#include <utility>

#include "emu/cdb_commands.h"

namespace reflash::emu {
namespace {

constexpr unsigned Bit(unsigned number, bool set = true) { return set ? 1U << number : 0U; }

void SetByte(std::span<std::byte> reply, std::size_t offset, unsigned value) {
  reply[offset] = static_cast<std::byte>(value);
}

/// One bank in the reply of 0100h: major, minor, build (the extra string stays empty).
void SetVersion(std::span<std::byte> reply, std::size_t offset, const Version& version) {
  SetByte(reply, offset, version.major);
  SetByte(reply, offset + 1, version.minor);
  StoreBigEndian(reply.subspan(offset + 2), static_cast<std::uint16_t>(version.build));
}

}  // namespace

CdbStatus CdbCommands::QueryStatus(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  constexpr std::byte kHostPasswordAccepted{0x01};
  Bytes reply(settings_.quirks.query_reply_bytes,
              lock_.open() ? kHostPasswordAccepted : std::byte{0});
  reply[0] = static_cast<std::byte>(reply.size());
  mailbox.SetReply(reply);
  return CdbStatus::kSuccess;
}

/// 36 bytes: flags, a bit for each of the commands 0000h-00FFh, MaxCompletionTime in ms.
CdbStatus CdbCommands::ModuleFeatures(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  std::array<std::byte, 36> reply{};
  for (std::uint16_t command = 0; command <= 0xFF; ++command) {
    if (!Supports(command)) continue;
    std::byte& bits = reply.at(2 + (command / 8U));
    bits |= static_cast<std::byte>(Bit(command % 8U));
  }
  constexpr std::uint16_t kMaxCompletionTime = 5000;
  StoreBigEndian(std::span(reply).subspan(34), kMaxCompletionTime);
  mailbox.SetReply(reply);
  return CdbStatus::kSuccess;
}

CdbStatus CdbCommands::FirmwareFeatures(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  const ModuleSettings& s = settings_;
  const ModuleQuirks& quirks = s.quirks;
  using enum WriteMechanism;
  const WriteMechanism with_lpl = s.takes_epl() ? kBoth : kLpl;
  const WriteMechanism write = s.takes_lpl() ? with_lpl : kEpl;
  const WriteMechanism with_readback = s.epl_pages > 0 ? kBoth : kLpl;
  const WriteMechanism read = s.readback ? with_readback : WriteMechanism{0};
  const std::array<std::byte, 8> head = {
      std::byte{0},
      static_cast<std::byte>(Bit(7, s.readback) | Bit(3, s.duration_unit_ms == 10) |
                             Bit(2, s.skip_erased) | Bit(1, s.copy && s.banks == 2) |
                             Bit(0, quirks.abort_advertised.value_or(s.abort))),
      std::byte{s.start_header},
      std::byte{s.erased_byte},
      std::byte{quirks.firmware_length_ext.value_or(s.read_write_length_ext)},
      std::byte{quirks.write_code.value_or(std::to_underlying(write))},
      std::byte{quirks.read_code.value_or(std::to_underlying(read))},
      std::byte{s.hitless},
  };
  Bytes reply(head.begin(), head.end());
  for (const std::uint16_t duration : AdvertisedDurations()) AppendBigEndian(reply, duration);
  mailbox.SetReply(reply);
  return CdbStatus::kSuccess;
}

/// The longest time that a command may take as the module tells it: twice what it takes, in the
/// unit of the reply.
std::uint16_t CdbCommands::Advertised(Duration duration) const {
  const Duration longest = 2 * std::max(duration, settings_.Scaled(duration));
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(longest).count();
  const auto units = (ms / settings_.duration_unit_ms) + 1;
  return static_cast<std::uint16_t>(std::min<decltype(units)>(units, 0xFFFF));
}

/// MaxDurationStart, Abort, Write, Complete and Copy.
std::array<std::uint16_t, 5> CdbCommands::AdvertisedDurations() const {
  const ModuleSettings& s = settings_;
  const ModuleQuirks& quirks = s.quirks;
  const auto told = [this](const std::optional<Duration>& lie, Duration duration) {
    if (!lie) return Advertised(duration);
    const std::chrono::milliseconds unit(settings_.duration_unit_ms);
    return static_cast<std::uint16_t>((*lie + unit - Duration(1)) / unit);
  };
  return {
      told(quirks.advertised_start, s.start_busy), told(quirks.advertised_abort, s.command_busy),
      told(quirks.advertised_write, s.block_busy),
      told(quirks.advertised_complete, s.complete_busy), told(quirks.advertised_copy, s.copy_busy)};
}

/// Running, committed, invalid. A module that calls what runs A calls it committed too.
unsigned CdbCommands::ReportedFlags(Bank bank) const {
  const bool runs = banks_.running() == bank;
  const bool committed = settings_.quirks.bank_report_always_a ? runs : banks_.committed() == bank;
  return Bit(0, runs) | Bit(1, committed) | Bit(2, !banks_.bank(bank).valid());
}

/// 110 bytes: flags of both banks, which versions follow, and 36 bytes each for A, B and factory.
/// Of a bank that does not exist nothing is said, not even that it is empty.
CdbStatus CdbCommands::FirmwareInfo(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  std::array<std::byte, 110> reply{};
  const std::span view(reply);
  const Bank called_a = settings_.quirks.bank_report_always_a ? Other(banks_.inactive()) : Bank::kA;
  const ImageBank& a = banks_.bank(called_a);
  const ImageBank& b = banks_.bank(Other(called_a));
  const unsigned b_flags = banks_.has(Bank::kB) ? ReportedFlags(Other(called_a)) : 0U;
  SetByte(view, 0, ReportedFlags(called_a) | b_flags << 4U);
  SetByte(view, 1, Bit(0, a.valid()) | Bit(1, b.valid()));
  SetVersion(view, 2, a.version());
  SetVersion(view, 38, b.version());
  mailbox.SetReply(reply);
  return CdbStatus::kSuccess;
}

/// Applies the quirks about replies to the one in `mailbox`.
void CdbCommands::DistortReply(std::uint16_t command, CdbMailbox& mailbox) const {
  constexpr std::array kLengths = {std::pair(0x0041, &ModuleQuirks::features_reply_length),
                                   std::pair(0x0100, &ModuleQuirks::info_reply_length)};
  const ModuleQuirks& quirks = settings_.quirks;
  for (const auto& [distorted, length] : kLengths) {
    if (command == distorted && quirks.*length) mailbox.SetReplyLength(*(quirks.*length));
  }
  mailbox.SetReplyCheck(quirks.reply_check);
}

}  // namespace reflash::emu
