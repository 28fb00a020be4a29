// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "async/scheduler.h"
#include "emu/cdb_mailbox.h"
#include "emu/cdb_status.h"

namespace reflash::emu {

/// A command that executes, as it was decided when the command was captured.
struct CdbExecution {
  /// When the module notices the trigger. Until then it shows `status_unnoticed`, or the status of
  /// the last command.
  TimePoint noticed_at;
  TimePoint ends_at;
  bool never_ends = false;  ///< it is stuck
  std::optional<CdbStatus> status_unnoticed;
  std::optional<CdbStatus> refusal;  ///< what it will end with; nothing: it is to be carried out
  bool garbles_reply = false;
};

/// One CDB instance: its mailbox, and the command that it executes. What the commands do is
/// written in CdbCommands; here is only when.
class CdbEngine {
 public:
  static constexpr TimePoint kNever = TimePoint::max();

  [[nodiscard]] CdbMailbox& mailbox() { return mailbox_; }

  [[nodiscard]] bool executing() const { return executing_; }
  /// Executing, and the module knows.
  [[nodiscard]] bool BusyAt(TimePoint now) const {
    return executing_ && now >= execution_.noticed_at;
  }
  /// The header of the command as it was captured.
  [[nodiscard]] const CdbRequest& request() const { return request_; }
  [[nodiscard]] const CdbExecution& execution() const { return execution_; }
  /// When the command ends; kNever while none executes, and for one that is stuck.
  [[nodiscard]] TimePoint ends_at() const {
    return executing_ && !execution_.never_ends ? execution_.ends_at : kNever;
  }

  /// Captures the command in the mailbox.
  void Begin(const CdbExecution& execution);
  /// Ends it. `status` is shown from now on.
  void End(CdbStatus status);
  /// Shows the status of the previous command until `moment`, whatever happens.
  void HideStatusUntil(TimePoint moment);

  /// CdbStatus1 or CdbStatus2. While a command that was noticed executes it is 81h for a sixteenth
  /// of the time, then 82h for as long, then 83h.
  [[nodiscard]] CdbStatus StatusAt(TimePoint now) const;

 private:
  CdbMailbox mailbox_;
  CdbRequest request_;
  CdbExecution execution_;
  bool executing_ = false;
  CdbStatus last_ = CdbStatus::kNone;
  CdbStatus shown_instead_ = CdbStatus::kNone;
  TimePoint hidden_until_ = TimePoint::min();
};

}  // namespace reflash::emu
