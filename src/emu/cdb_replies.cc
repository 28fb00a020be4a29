// SPDX-License-Identifier: Apache-2.0
// The replies of the CDB commands that describe the module; the other commands stand in
// cdb_commands.cc.
#include <algorithm>
#include <array>

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

unsigned BankFlags(const FirmwareBanks& banks, Bank bank) {
  return Bit(0, banks.running() == bank) | Bit(1, banks.committed() == bank) |
         Bit(2, !banks.bank(bank).valid());
}

}  // namespace

CdbStatus CdbCommands::QueryStatus(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  constexpr std::byte kHostPasswordAccepted{0x01};
  const std::array reply{std::byte{2}, lock_.open() ? kHostPasswordAccepted : std::byte{0}};
  mailbox.SetReply(reply);
  return CdbStatus::kSuccess;
}

/// 36 bytes: flags, a bit for each of the commands 0000h-00FFh, MaxCompletionTime in ms.
CdbStatus CdbCommands::ModuleFeatures(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  std::array<std::byte, 36> reply{};
  for (std::uint16_t command = 0; command <= 0xFF; ++command) {
    const Row* const row = Find(command);
    if (row == nullptr) continue;
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
  using enum WriteMechanism;
  const WriteMechanism with_lpl = s.takes_epl() ? kBoth : kLpl;
  const WriteMechanism write = s.takes_lpl() ? with_lpl : kEpl;
  const WriteMechanism reads = s.epl_pages > 0 ? kBoth : kLpl;
  const auto read = s.readback ? static_cast<std::byte>(reads) : std::byte{0};
  const std::array<std::byte, 8> head = {
      std::byte{0},
      static_cast<std::byte>(Bit(7, s.readback) | Bit(3, s.duration_unit_ms == 10) |
                             Bit(2, s.skip_erased) | Bit(1, s.copy && s.banks == 2) |
                             Bit(0, s.abort)),
      std::byte{s.start_header},
      std::byte{s.erased_byte},
      std::byte{s.read_write_length_ext},
      static_cast<std::byte>(write),
      read,
      std::byte{s.hitless},
  };
  Bytes reply(head.begin(), head.end());
  for (const Duration duration :
       {s.start_busy, s.command_busy, s.block_busy, s.complete_busy, s.copy_busy}) {
    AppendBigEndian(reply, Advertised(duration));
  }
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

/// 110 bytes: flags of both banks, which versions follow, and 36 bytes each for A, B and factory.
/// Of a bank that does not exist nothing is said, not even that it is empty.
CdbStatus CdbCommands::FirmwareInfo(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  std::array<std::byte, 110> reply{};
  const std::span view(reply);
  const ImageBank& a = banks_.bank(Bank::kA);
  const ImageBank& b = banks_.bank(Bank::kB);
  const unsigned b_flags = banks_.has(Bank::kB) ? BankFlags(banks_, Bank::kB) : 0U;
  SetByte(view, 0, BankFlags(banks_, Bank::kA) | b_flags << 4U);
  SetByte(view, 1, Bit(0, a.valid()) | Bit(1, b.valid()));
  SetVersion(view, 2, a.version());
  SetVersion(view, 38, b.version());
  mailbox.SetReply(reply);
  return CdbStatus::kSuccess;
}

}  // namespace reflash::emu
