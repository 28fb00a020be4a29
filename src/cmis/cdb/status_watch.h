// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "async/scheduler.h"
#include "cmis/cdb/completion_pacing.h"
#include "cmis/cdb/promptness.h"
#include "cmis/cdb/status.h"
#include "cmis/module/module_memory.h"

namespace reflash::cmis {

/// Finds out when a command of a CDB instance is done, from the status byte and what else the
/// module shows. For each command: BeforeTrigger, the trigger, AfterTrigger. Owned by the channel.
///
/// A status that is read right behind the trigger may still be the one of the command before. It
/// is believed when the module was seen busy, when it changed, when the completion flag of byte 8
/// is set, or when nothing of that happened for a while (modules without the flag, or with another
/// reader of it). A module that has proved to be prompt is believed without a look at the flag.
///
/// Status 00h is busy, since some modules show it for a while, unless the module has restarted: it
/// was silent for longer than a module in background mode ever is, or tells of another state.
class StatusWatch {
 public:
  /// `background`: the module answers also while a command runs.
  StatusWatch(Scheduler& scheduler, ModuleMemory& memory, bool background)
      : scheduler_(scheduler), memory_(memory), background_(background) {}

  /// Clears the completion flag, where it will be needed.
  Task<void> BeforeTrigger(std::uint16_t id);
  /// Says that a trigger is on its way, which will set the flag.
  void Triggering() { flag_is_clear_ = false; }
  /// Waits for the end of the command, at most `longest`.
  /// Errors: kTimeout when the module does not finish; kHwError when it restarted meanwhile; those
  /// of the bus.
  Task<CdbStatus> AfterTrigger(std::uint16_t id, Duration longest);

 private:
  /// One look at the status while a command may run.
  struct Look {
    Duration elapsed{0};              ///< from the trigger to the look
    std::optional<CdbStatus> status;  ///< nothing: no acknowledge

    [[nodiscard]] bool running() const { return !status || status->busy(); }
    [[nodiscard]] std::string Words() const;
  };

  /// What the looks at one command have shown so far.
  struct Seen {
    bool running = false;
    Duration still_running{0};  ///< when it last was
    std::optional<Duration> silent_from;
    Duration longest_silence{0};

    void Take(const Look& look);
  };

  Task<Look> LookAtStatus(TimePoint triggered);
  /// Whether a final status is the one of this command and not of the one before.
  Task<bool> Believe(const Look& look, bool first);
  /// Whether the module has lost the command in a restart.
  Task<bool> Restarted(const Look& look, const Seen& seen);
  Task<bool> TakeCompletionFlag();

  Scheduler& scheduler_;
  ModuleMemory& memory_;
  bool background_;
  CompletionPacing pacing_;
  Promptness promptness_;
  std::optional<CdbStatus> last_status_;
  bool flag_is_clear_ = false;
  bool has_flag_ = true;  ///< until it was missed once
};

}  // namespace reflash::cmis
