// SPDX-License-Identifier: Apache-2.0
#include "emu/cdb_commands.h"

#include <algorithm>
#include <array>
#include <utility>

namespace reflash::emu {

/// One command: its LPLLength, who may use it and when, and its two steps.
struct CdbCommands::Row {
  enum class Access : bool { kOpen, kPassword };
  enum class Answer : bool { kNone, kReply };
  using Step = CdbStatus (CdbCommands::*)(const CdbRequest&, CdbMailbox&);

  std::uint16_t command;
  std::uint8_t least_lpl;
  std::uint8_t most_lpl;
  Access access;
  Answer answer;
  Duration ModuleSettings::* busy;
  bool (*supported)(const ModuleSettings&);
  Step begin;
  Step finish;
};

namespace {

constexpr std::size_t kAddressBytes = 4;
constexpr std::size_t kMostLplData = CdbMailbox::kLplBytes - kAddressBytes;

bool Always(const ModuleSettings&) { return true; }
bool Aborts(const ModuleSettings& settings) { return settings.abort; }
bool TakesLpl(const ModuleSettings& settings) { return settings.takes_lpl(); }
bool TakesEpl(const ModuleSettings& settings) { return settings.takes_epl(); }
bool Reads(const ModuleSettings& settings) { return settings.readback; }
bool ReadsEpl(const ModuleSettings& settings) {
  return settings.readback && settings.epl_pages > 0;
}
bool Unlocks(const ModuleSettings& settings) {
  return settings.quirks.password_by != PasswordWay::kMemory;
}
bool Copies(const ModuleSettings& settings) { return settings.copy && settings.banks == 2; }

}  // namespace

const CdbCommands::Row* CdbCommands::Find(std::uint16_t command) {
  using enum Row::Access;
  using enum Row::Answer;
  using S = ModuleSettings;
  using C = CdbCommands;
  // clang-format off
  static constexpr auto kRows = std::to_array<Row>({
      {0x0000, 2, 2,   kOpen,     kReply, &S::command_busy,  Always,   &C::Nothing,            &C::QueryStatus},
      {0x0001, 4, 4,   kOpen,     kNone,  &S::command_busy,  Unlocks,  &C::Nothing,            &C::EnterPassword},
      {0x0002, 4, 4,   kPassword, kNone,  &S::command_busy,  Always,   &C::Nothing,            &C::ChangePassword},
      {0x0004, 0, 0,   kOpen,     kNone,  &S::command_busy,  Always,   &C::Nothing,            &C::Nothing},
      {0x0040, 0, 0,   kOpen,     kReply, &S::command_busy,  Always,   &C::Nothing,            &C::ModuleFeatures},
      {0x0041, 0, 0,   kOpen,     kReply, &S::command_busy,  Always,   &C::Nothing,            &C::FirmwareFeatures},
      {0x0100, 0, 0,   kOpen,     kReply, &S::command_busy,  Always,   &C::Nothing,            &C::FirmwareInfo},
      {0x0101, 8, 120, kPassword, kNone,  &S::start_busy,    Always,   &C::BeginStart,         &C::Nothing},
      {0x0102, 0, 0,   kPassword, kNone,  &S::command_busy,  Aborts,   &C::BeginEndOfDownload, &C::AbortDownload},
      {0x0103, 5, 120, kPassword, kNone,  &S::block_busy,    TakesLpl, &C::BeginBlock,         &C::WriteLpl},
      {0x0104, 4, 4,   kPassword, kNone,  &S::block_busy,    TakesEpl, &C::BeginBlock,         &C::WriteEpl},
      {0x0105, 6, 6,   kPassword, kReply, &S::command_busy,  Reads,    &C::Nothing,            &C::ReadLpl},
      {0x0106, 6, 6,   kPassword, kReply, &S::command_busy,  ReadsEpl, &C::Nothing,            &C::ReadEpl},
      {0x0107, 0, 0,   kPassword, kNone,  &S::complete_busy, Always,   &C::BeginEndOfDownload, &C::CompleteDownload},
      {0x0108, 1, 1,   kPassword, kReply, &S::copy_busy,     Copies,   &C::BeginCopy,          &C::CopyImage},
      {0x0109, 4, 4,   kPassword, kNone,  &S::run_busy,      Always,   &C::Nothing,            &C::RunImage},
      {0x010A, 0, 0,   kPassword, kNone,  &S::commit_busy,   Always,   &C::Nothing,            &C::CommitImage},
  });
  // clang-format on
  const auto* const row = std::ranges::find(kRows, command, &Row::command);
  return row == kRows.end() ? nullptr : row;
}

CdbCommands::CdbCommands(const ModuleSettings& settings, FirmwareBanks& banks,
                         ViolationLog& violations)
    : settings_(settings), banks_(banks), violations_(violations), lock_(settings.password) {}

bool CdbCommands::HasReply(std::uint16_t command) {
  const Row* const row = Find(command);
  return row != nullptr && row->answer == Row::Answer::kReply;
}

bool CdbCommands::Supports(std::uint16_t command) const {
  const Row* const row = Find(command);
  return row != nullptr && row->supported(settings_);
}

CdbStatus CdbCommands::Begin(CdbMailbox& mailbox, CdbStatus commit) {
  const CdbRequest request = mailbox.Request();
  const std::uint8_t expected = mailbox.ComputeCheckCode();
  if (request.check_code != expected) {
    violations_.Record("command {:04X}h came with check code {:02X}h instead of {:02X}h",
                       request.command, request.check_code, expected);
    return CdbStatus::kBadCheckCode;
  }
  if (!Supports(request.command)) return CdbStatus::kUnknownCommand;
  const Row* const row = Find(request.command);
  if (row->access == Row::Access::kPassword && !lock_.open()) return CdbStatus::kLocked;
  if (request.lpl_length < row->least_lpl || request.lpl_length > row->most_lpl) {
    violations_.Record("command {:04X}h came with LPLLength {} instead of {} to {}",
                       request.command, request.lpl_length, row->least_lpl, row->most_lpl);
    return CdbStatus::kBadParameter;
  }
  if (const CdbStatus status = CheckEplLength(request); status != CdbStatus::kSuccess) {
    return status;
  }
  if (request.command == kCommit && commit != CdbStatus::kSuccess) return commit;
  return (this->*row->begin)(request, mailbox);
}

CdbStatus CdbCommands::CheckEplLength(const CdbRequest& request) {
  const bool takes_data = request.command == 0x0104;
  const std::size_t least = takes_data ? 1 : 0;
  const std::size_t most = takes_data ? settings_.longest_epl_block() : 0;
  if (request.epl_length >= least && request.epl_length <= most) return CdbStatus::kSuccess;
  violations_.Record("command {:04X}h came with EPLLength {} instead of {} to {}", request.command,
                     request.epl_length, least, most);
  return CdbStatus::kBadParameter;
}

Duration CdbCommands::TimeOf(CdbMailbox& mailbox) const {
  const CdbRequest request = mailbox.Request();
  const Row* const row = Find(request.command);
  Duration time = settings_.*row->busy;
  if (request.command == 0x0000) {
    time += std::chrono::milliseconds(LoadBigEndian<std::uint16_t>(mailbox.lpl()));
  }
  return time;
}

CdbStatus CdbCommands::Finish(const CdbRequest& request, CdbMailbox& mailbox) {
  const CdbStatus status = (this->*Find(request.command)->finish)(request, mailbox);
  if (status == CdbStatus::kSuccess && HasReply(request.command)) {
    DistortReply(request.command, mailbox);
  }
  return status;
}

std::optional<RunRequest> CdbCommands::TakeRunRequest() {
  return std::exchange(run_request_, std::nullopt);
}

CdbStatus CdbCommands::Nothing(const CdbRequest& /*request*/, CdbMailbox& /*mailbox*/) {
  return CdbStatus::kSuccess;
}

// Start, blocks, the end of a download.

CdbStatus CdbCommands::BeginStart(const CdbRequest& request, CdbMailbox& mailbox) {
  constexpr std::size_t kHeaderOffset = 8;
  if (request.lpl_length != kHeaderOffset + settings_.start_header) {
    violations_.Record("Start came with {} bytes of the image instead of {}",
                       request.lpl_length - kHeaderOffset, settings_.start_header);
    return CdbStatus::kBadParameter;
  }
  const ByteView lpl = mailbox.lpl();
  if (LoadBigEndian<std::uint32_t>(lpl.subspan(4)) != 0) {
    violations_.Record("Start came with bytes 140-143 other than zero");
  }
  std::size_t size_bytes = LoadBigEndian<std::uint32_t>(lpl);
  if (settings_.quirks.image_size_without_header) size_bytes += settings_.start_header;
  return banks_.Start(size_bytes, lpl.subspan(kHeaderOffset, settings_.start_header));
}

CdbStatus CdbCommands::BeginBlock(const CdbRequest& request, CdbMailbox& mailbox) {
  if (banks_.downloading()) return CdbStatus::kSuccess;
  violations_.Record("command {:04X}h wrote block {:#x} though no download was started",
                     request.command, LoadBigEndian<std::uint32_t>(mailbox.lpl()));
  return CdbStatus::kNotNow;
}

CdbStatus CdbCommands::BeginEndOfDownload(const CdbRequest& /*request*/, CdbMailbox& /*mailbox*/) {
  return banks_.downloading() ? CdbStatus::kSuccess : CdbStatus::kNotNow;
}

CdbStatus CdbCommands::WriteLpl(const CdbRequest& request, CdbMailbox& mailbox) {
  return WriteBlock(mailbox,
                    mailbox.lpl().subspan(kAddressBytes, request.lpl_length - kAddressBytes));
}

CdbStatus CdbCommands::WriteEpl(const CdbRequest& request, CdbMailbox& mailbox) {
  return WriteBlock(mailbox, mailbox.epl().first(request.epl_length));
}

/// The BlockAddress of a command, counted from behind the start header; nothing when it is inside
/// the header, which came with Start.
std::optional<std::size_t> CdbCommands::AddressBehindHeader(CdbMailbox& mailbox) const {
  const std::size_t address = LoadBigEndian<std::uint32_t>(mailbox.lpl());
  const std::size_t header =
      settings_.quirks.block_address_with_header ? settings_.start_header : 0;
  return address < header ? std::nullopt : std::optional(address - header);
}

CdbStatus CdbCommands::WriteBlock(CdbMailbox& mailbox, ByteView data) {
  const std::optional<std::size_t> address = AddressBehindHeader(mailbox);
  const CdbStatus status = address ? banks_.WriteBlock(*address, data) : CdbStatus::kBadParameter;
  if (status == CdbStatus::kBadParameter) {
    violations_.Record("block {:#x} of {} bytes is not inside the image of {} bytes",
                       LoadBigEndian<std::uint32_t>(mailbox.lpl()), data.size(),
                       banks_.bank(banks_.inactive()).image().size());
  }
  return status;
}

CdbStatus CdbCommands::AbortDownload(const CdbRequest& /*request*/, CdbMailbox& /*mailbox*/) {
  banks_.Abort();
  return CdbStatus::kSuccess;
}

CdbStatus CdbCommands::CompleteDownload(const CdbRequest& /*request*/, CdbMailbox& /*mailbox*/) {
  return banks_.Complete();
}

// Reading back.

std::optional<ByteView> CdbCommands::ReadBlock(CdbMailbox& mailbox, std::size_t most) const {
  const ByteView lpl = mailbox.lpl();
  const std::size_t count = LoadBigEndian<std::uint16_t>(lpl.subspan(kAddressBytes));
  const std::optional<std::size_t> address = AddressBehindHeader(mailbox);
  if (count == 0 || count > most || !address) return std::nullopt;
  return banks_.Read(*address, count);
}

CdbStatus CdbCommands::ReadLpl(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  const std::optional<ByteView> data = ReadBlock(mailbox, kMostLplData);
  if (!data) return CdbStatus::kBadParameter;
  Bytes reply(mailbox.lpl().begin(), mailbox.lpl().begin() + kAddressBytes);
  Append(reply, *data);
  mailbox.SetReply(reply);
  return CdbStatus::kSuccess;
}

CdbStatus CdbCommands::ReadEpl(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  const std::optional<ByteView> data =
      ReadBlock(mailbox, settings_.epl_pages * CdbMailbox::kPageBytes);
  if (!data) return CdbStatus::kBadParameter;
  mailbox.SetEplReply(*data);
  return CdbStatus::kSuccess;
}

// Copy, run, commit.

CdbStatus CdbCommands::BeginCopy(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  switch (std::to_integer<unsigned>(mailbox.lpl()[0])) {
    case 0xAB:
      return banks_.BeginCopy(Bank::kA, Bank::kB);
    case 0xBA:
      return banks_.BeginCopy(Bank::kB, Bank::kA);
    default:
      return CdbStatus::kBadParameter;
  }
}

CdbStatus CdbCommands::CopyImage(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  const std::byte direction = mailbox.lpl()[0];
  const Bank from = direction == std::byte{0xAB} ? Bank::kA : Bank::kB;
  banks_.FinishCopy(from, Other(from));
  Bytes reply;
  AppendBigEndian(reply, static_cast<std::uint32_t>(banks_.bank(from).image().size()));
  reply.push_back(direction);
  reply.push_back(std::byte{0});
  mailbox.SetReply(reply);
  return CdbStatus::kSuccess;
}

CdbStatus CdbCommands::RunImage(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  const ByteView lpl = mailbox.lpl();
  const auto mode = std::to_integer<unsigned>(lpl[1]);
  const bool restart = mode == 2 || mode == 3;
  const bool hitless = mode == 1 || mode == 3;
  if (mode > 3 || (hitless && !settings_.hitless)) return CdbStatus::kBadParameter;
  const std::optional<Bank> bank = restart ? banks_.running() : banks_.inactive();
  if (bank && !banks_.bank(*bank).valid()) {
    violations_.Record("Run asked for bank {}, which holds no valid image",
                       *bank == Bank::kA ? 'A' : 'B');
    return CdbStatus::kBankInvalid;
  }
  const std::chrono::milliseconds delay(LoadBigEndian<std::uint16_t>(lpl.subspan(2)));
  run_request_ = RunRequest{.bank = bank, .delay = delay, .hitless = hitless};
  return CdbStatus::kSuccess;
}

CdbStatus CdbCommands::CommitImage(const CdbRequest& /*request*/, CdbMailbox& /*mailbox*/) {
  return banks_.Commit();
}

// Passwords.

CdbStatus CdbCommands::EnterPassword(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  lock_.Enter(LoadBigEndian<std::uint32_t>(mailbox.lpl()));
  return lock_.open() ? CdbStatus::kSuccess : CdbStatus::kLocked;
}

CdbStatus CdbCommands::ChangePassword(const CdbRequest& /*request*/, CdbMailbox& mailbox) {
  lock_.Change(LoadBigEndian<std::uint32_t>(mailbox.lpl()));
  return CdbStatus::kSuccess;
}

}  // namespace reflash::emu
