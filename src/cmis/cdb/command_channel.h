// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "async/scheduler.h"
#include "cmis/cdb/command.h"
#include "cmis/cdb/status.h"
#include "cmis/cdb/status_watch.h"
#include "cmis/module/cdb_advertisement.h"
#include "cmis/module/module_memory.h"

namespace reflash::cmis {

/// How the module answered a command.
struct CommandReply {
  CdbStatus status;
  Bytes lpl;  ///< the reply, when the command succeeded and one was expected
  Bytes epl;  ///< the same in the extended payload
};

/// Nothing, or an Error for a status of failure: the code that fits it, with the command's name and
/// the status in words.
Result<void> Succeeded(const Command& command, const CommandReply& reply);

/// The way commands go to a module and replies come back: instance 1 of its CDB (CMIS 5.0, 7.2).
/// It knows the protocol and no command. One command at a time; a command that was begun is
/// waited for, also by who wants to stop.
///
/// On the bus, for a command with a local payload of n bytes:
///
///     W 130: EPLLength .. LPL (6+n bytes)     in bursts as long as module and adapter allow
///     W 128: CMDID (2 bytes)                  starts the command
///     R  37: status, until it is not busy     or no acknowledge, which is "busy" as well
///     R 134: RPLLength, RPLChkCode, reply     when there is one
///
/// With trigger on STOP the two writes are one. An extended payload goes to A0h.. before.
///
/// When a command is done is found out by a StatusWatch.
///
/// A module that says that a password is missing (46h) is given one, by bytes 122-125 and by
/// command 0001h, in the order that fits its revision, and is told the command again.
class CommandChannel {
 public:
  /// `memory` and `scheduler` outlive the channel.
  CommandChannel(Scheduler& scheduler, ModuleMemory& memory, CdbAdvertisement advertisement,
                 unsigned cmis_major);

  /// Runs a command and waits for its end, at most `longest`.
  /// Errors: kTimeout when the module does not finish; kHwError when it restarts meanwhile, and for
  /// a reply that breaks the protocol; those of the bus. A status of failure is no Error here, see
  /// Perform.
  Task<CommandReply> Execute(const Command& command, Duration longest);

  /// Runs a command that is to succeed. Errors: those of Execute and of Succeeded.
  Task<Bytes> Perform(const Command& command, Duration longest);

  /// Runs a command whose reply is in the extended payload; else as Perform.
  Task<Bytes> PerformForEpl(const Command& command, Duration longest);

  /// What opens the module, should it say that a password is missing; see EnterPassword.
  void set_password(std::uint32_t password) { password_ = password; }

  /// Some modules tell a wrong length of their replies; then the expected one is believed.
  void IgnoreReplyLengths() { reply_lengths_count_ = false; }
  /// How many replies had a check code that fits neither reading of the specification.
  [[nodiscard]] unsigned odd_replies() const { return odd_replies_; }

  /// Shortens the bursts to what the firmware commands allow (0041h, byte 140).
  void LimitBursts(std::uint8_t read_write_length_ext);

  /// The longest write to the extended payload in one piece.
  [[nodiscard]] std::size_t longest_epl_burst() const;

 private:
  enum class PasswordWay : std::uint8_t { kRegister, kCommand };

  Task<CommandReply> ExecuteOnce(const Command& command, Duration longest);
  Task<void> EnterPassword(PasswordWay way);
  Task<Bytes> ReadExtendedReply(const Command& command);
  [[nodiscard]] Result<ByteView> CheckReply(const Command& command, ByteView bytes) const;
  Task<void> SendExtendedPayload(ByteView payload);
  Task<void> SendCommand(const Command& command);
  Task<Bytes> ReadReply(const Command& command);
  [[nodiscard]] std::size_t longest_lpl_burst() const;

  ModuleMemory& memory_;
  CdbAdvertisement advertisement_;
  StatusWatch watch_;
  unsigned cmis_major_;
  std::uint32_t password_;
  bool reply_lengths_count_ = true;
  unsigned odd_replies_ = 0;
};

}  // namespace reflash::cmis
