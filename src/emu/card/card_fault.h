// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace reflash::emu {

/// A staged failure of an emulated card: the `nth` time that something happens, from when the
/// fault was set, the card misbehaves once.
struct CardFault {
  enum class When : std::uint8_t {
    kRequest,       ///< an update is requested
    kErase,         ///< the staging area is erased
    kTransfer,      ///< words are written to the staging area, in one access
    kAuthenticate,  ///< the image is authenticated
    kProgram,       ///< an image, a root key hash or a cancellation is programmed
    kReload,        ///< the FPGA is told to load a page (that it runs at the beginning is no load)
  };
  enum class Effect : std::uint8_t {
    kStatus,    ///< the update ends with `status`; a reload: `status` is shown when it is over
    kStuck,     ///< goes on for ever, until a reset
    kPowerCut,  ///< loses power, half way where it takes time, and starts again by itself
    kRemove,    ///< is gone until it is inserted again
    kGarble,    ///< bits are flipped; see README.md
  };

  When when = When::kRequest;
  std::uint32_t nth = 1;
  Effect effect = Effect::kStatus;
  std::uint8_t status = 0;

  /// Reads a fault as a lab file writes it: when "request", "erase", "transfer", "authenticate",
  /// "program" or "reload"; effect "status:XX" (hexadecimal), "stuck", "power-cut", "remove" or
  /// "garble".
  /// Errors: kInvalidArgument for other words, nth 0, and an erasure that is garbled.
  static Result<CardFault> Parse(std::string_view when, std::uint32_t nth, std::string_view effect);
};

}  // namespace reflash::emu
