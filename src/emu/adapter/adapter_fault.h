// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "bus/platform_facility.h"

namespace reflash::emu {

/// A staged failure of an emulated adapter, or of its platform: the `nth` time that a call is made,
/// from when the fault was set, it fails once.
struct AdapterFault {
  enum class Effect : std::uint8_t {
    kCode,      ///< the call answers `code` and does nothing; a negative one aborts the sequence
    kStuck,     ///< this call and every later one answers BUSY, until a power cycle
    kPowerCut,  ///< the adapter loses power and starts again by itself
    kRemove,    ///< is gone until it is inserted again
    kGarble,    ///< a bit of what is handed over, or of the vital data, is flipped
  };

  FacilityOperation when = FacilityOperation::kDownload;
  std::uint32_t nth = 1;
  Effect effect = Effect::kCode;
  std::int32_t code = 0;

  /// Reads a fault as a lab file writes it: when "download", "validate", "reset" or "vpd"; effect
  /// "code:N" (decimal), "stuck", "power-cut", "remove" or "garble".
  /// Errors: kInvalidArgument for other words, nth 0, and a reset that is garbled.
  static Result<AdapterFault> Parse(std::string_view when, std::uint32_t nth,
                                    std::string_view effect);
};

/// The operation with this name in a lab: "download", "validate", "reset", "vpd".
/// Errors: kInvalidArgument.
Result<FacilityOperation> ParseOperation(std::string_view word);

}  // namespace reflash::emu
