// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "emu/cdb_mailbox.h"
#include "emu/cdb_status.h"
#include "emu/firmware_banks.h"
#include "emu/module_settings.h"
#include "emu/password_lock.h"
#include "emu/violation_log.h"

namespace reflash::emu {

/// What 0109h asked for: a boot of `bank` (or of the boot loader's choice) after `delay`.
struct RunRequest {
  std::optional<Bank> bank;
  Duration delay{0};
  bool hitless = false;
};

/// The CDB commands of a module, as a table: which there are, what they check, do and answer. A
/// command is begun when it is triggered, which checks it and does what cannot wait (Start
/// invalidates its bank), and finished when its time is over. All references outlive it.
class CdbCommands {
 public:
  CdbCommands(const ModuleSettings& settings, FirmwareBanks& banks, ViolationLog& violations);

  static constexpr std::uint16_t kAbort = 0x0004;
  static constexpr std::uint16_t kComplete = 0x0107;
  static constexpr std::uint16_t kRun = 0x0109;
  static constexpr std::uint16_t kCommit = 0x010A;

  /// Whether garbling what the command receives means its reply and not its request.
  [[nodiscard]] static bool HasReply(std::uint16_t command);

  /// Begins the command in `mailbox`; `commit` is kSuccess, or why a Commit would be refused now.
  /// Returns kSuccess, or why the command is refused.
  CdbStatus Begin(CdbMailbox& mailbox, CdbStatus commit);
  /// How long a command that was not refused takes.
  [[nodiscard]] Duration TimeOf(CdbMailbox& mailbox) const;
  /// Finishes a command that was begun; its reply is in `mailbox` then.
  CdbStatus Finish(const CdbRequest& request, CdbMailbox& mailbox);

  /// The boot that the last command asked for; nothing the second time.
  std::optional<RunRequest> TakeRunRequest();

  [[nodiscard]] PasswordLock& lock() { return lock_; }

 private:
  struct Row;
  static const Row* Find(std::uint16_t command);
  [[nodiscard]] bool Supports(std::uint16_t command) const;

  CdbStatus CheckEplLength(const CdbRequest& request);
  CdbStatus BeginStart(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus BeginBlock(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus BeginEndOfDownload(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus BeginCopy(const CdbRequest& request, CdbMailbox& mailbox);

  CdbStatus QueryStatus(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus EnterPassword(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus ChangePassword(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus ModuleFeatures(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus FirmwareFeatures(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus FirmwareInfo(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus AbortDownload(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus WriteLpl(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus WriteEpl(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus ReadLpl(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus ReadEpl(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus CompleteDownload(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus CopyImage(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus RunImage(const CdbRequest& request, CdbMailbox& mailbox);
  CdbStatus CommitImage(const CdbRequest& request, CdbMailbox& mailbox);
  /// A command whose work was all done when it began, or that has none.
  CdbStatus Nothing(const CdbRequest& request, CdbMailbox& mailbox);

  CdbStatus WriteBlock(CdbMailbox& mailbox, ByteView data);
  [[nodiscard]] std::optional<ByteView> ReadBlock(CdbMailbox& mailbox, std::size_t most) const;
  [[nodiscard]] std::optional<std::size_t> AddressBehindHeader(CdbMailbox& mailbox) const;
  [[nodiscard]] std::uint16_t Advertised(Duration duration) const;
  [[nodiscard]] std::array<std::uint16_t, 5> AdvertisedDurations() const;
  [[nodiscard]] unsigned ReportedFlags(Bank bank) const;
  void DistortReply(std::uint16_t command, CdbMailbox& mailbox) const;

  const ModuleSettings& settings_;
  FirmwareBanks& banks_;
  ViolationLog& violations_;
  PasswordLock lock_;
  std::optional<RunRequest> run_request_;
};

}  // namespace reflash::emu
