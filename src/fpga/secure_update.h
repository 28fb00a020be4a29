// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "async/scheduler.h"
#include "fpga/board_controller.h"
#include "fpga/update_state.h"

namespace reflash::fpga {

/// The secure update of a board controller, as it goes through the doorbell:
///
///     host                                      controller
///     request                       -->         prepare (erases the staging area)
///                                   <--         ready
///     blocks of the image           -->         ...
///     host status "write done"      -->         authenticating, copying
///                                   <--         done, and a status
///
/// In order: Start, AwaitReady, WriteBlock until all is there, Complete. Abort at any time.
///
/// Registers change between two reads, and the doorbell and the status may be two registers. A
/// wait that goes on harms nobody, so one look is enough to go on waiting. What *ends* something
/// (a failure, ready, done, at rest) is believed when two looks in a row agree.
///
/// A wait looks once in a period and not at its beginning, so that it never looks more often than
/// its length divided by the period, plus one. `scheduler` and `controller` outlive it.
class SecureUpdate {
 public:
  static constexpr std::size_t kBlockBytes = 16384;

  /// Is told what each look in a wait has seen.
  using Watcher = std::function<void(const UpdateState&)>;

  SecureUpdate(Scheduler& scheduler, BoardController& controller)
      : scheduler_(scheduler), controller_(controller) {}

  /// What the controller says now, in one look.
  Task<UpdateState> ReadState();
  /// The same, in two looks that agree.
  /// Errors: kHwError when it does not settle.
  Task<UpdateState> ReadSettledState();

  /// Requests an update and waits until the controller has begun with it.
  /// Errors: kBusy when an update is open; kWearout; kTimeout after 5 s; any status.
  Task<void> Start();
  /// Waits until the staging area is erased. Errors: kTimeout after 2 minutes; any status.
  Task<void> AwaitReady(Watcher watcher);
  /// Errors: those of a status; kHwError when the controller takes no image (any more).
  Task<void> CheckReady();
  /// Hands over the next block, at most kBlockBytes; the last word is filled up with FFh.
  /// `block` lives until the Task has ended. Errors: those of CheckReady.
  Task<void> WriteBlock(std::uint64_t offset, ByteView block);
  /// Says that all is there and waits until the image is authenticated and programmed. Nothing can
  /// stop it from here. Errors: kInvalidImage when the card refuses it; kTimeout after 40 minutes;
  /// any status.
  Task<void> Complete(Watcher watcher);

  /// Ends an open update, by whomever, and withdraws a request that was not taken; nothing when
  /// there is none.
  /// Errors: kBusy while the controller authenticates or programs, which cannot be stopped.
  Task<void> Abort();

 private:
  /// A wait: how often to look, how long at most, and what the host waits for.
  struct Wait {
    Duration period;
    Duration longest;
    std::string_view what;
  };
  using Condition = bool (*)(const UpdateState&);

  static const Wait kStarts;
  static const Wait kPrepares;
  static const Wait kLeavesReady;
  static const Wait kCompletes;
  static const Wait kCancels;

  /// Waits until a state is `over` in two looks. A failure is no Error here: it is in the state.
  /// Errors: kTimeout with what the controller said last, or the failure that it tells.
  Task<UpdateState> Await(const Wait& wait, Condition over, Watcher watcher);
  Task<void> SetHostStatus(std::uint32_t host_status);

  Scheduler& scheduler_;
  BoardController& controller_;
};

}  // namespace reflash::fpga
