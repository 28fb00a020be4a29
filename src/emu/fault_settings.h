// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "async/scheduler.h"
#include "base/error.h"

namespace reflash::emu {

/// A staged failure of an emulated module: the `nth` time that something happens, from when the
/// fault was set, the module misbehaves once.
struct FaultSettings {
  enum class When : std::uint8_t {
    kCommand,   ///< the CDB command `command` is triggered
    kTransfer,  ///< a transfer addresses the module
    kBoot,      ///< the module boots (that it is there at the beginning is no boot)
  };
  enum class Effect : std::uint8_t {
    kNack,         ///< the transfer is NACKed, a command does not run; a boot: NACKs for ever
    kStatus,       ///< the command fails with `status` and has no effect
    kStuck,        ///< busy for ever, until a reset; a boot: never gets past ModulePwrUp
    kGarble,       ///< one byte of what was received is flipped: the reply of a read, else the data
    kPowerCut,     ///< loses power at once and boots again by itself
    kRemove,       ///< is gone until it is inserted again
    kWrongStatus,  ///< the status of the previous command is shown for `wrong_status_for`
  };

  When when = When::kTransfer;
  std::uint16_t command = 0;
  std::uint32_t nth = 1;
  Effect effect = Effect::kNack;
  std::uint8_t status = 0;
  Duration wrong_status_for{0};

  /// Reads a fault as a lab file writes it: when "0103", "transfer" or "boot"; effect "nack",
  /// "status:45" (hexadecimal, 40h-7Fh), "stuck", "garble", "power-cut", "remove" or
  /// "wrong-status:SECONDS".
  /// Errors: kInvalidArgument for other words, nth 0, and effects that this event cannot have.
  static Result<FaultSettings> Parse(std::string_view when, std::uint32_t nth,
                                     std::string_view effect);
};

}  // namespace reflash::emu
