// SPDX-License-Identifier: Apache-2.0
#pragma once

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

  /// Whether garbling what the command receives means its reply and not its request.
  [[nodiscard]] static bool HasReply(std::uint16_t command);

  /// Begins the command in `mailbox`; `settled` tells whether the module is past ModulePwrUp.
  /// Returns kSuccess, or why the command is refused.
  CdbStatus Begin(CdbMailbox& mailbox, bool settled);
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
  [[nodiscard]] std::uint16_t Advertised(Duration duration) const;

  const ModuleSettings& settings_;
  FirmwareBanks& banks_;
  ViolationLog& violations_;
  PasswordLock lock_;
  std::optional<RunRequest> run_request_;
};

}  // namespace reflash::emu
