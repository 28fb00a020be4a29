// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace reflash::cmis {

/// The status byte of a CDB instance (CMIS 5.0, 8.2.8; lower memory, bytes 37 and 38).
struct CdbStatus {
  std::uint8_t value = 0;

  /// The command is not finished. 00h, which is reserved, is seen for a moment on some modules
  /// between trigger and start, and counts as busy.
  [[nodiscard]] bool busy() const { return (value & 0x80U) != 0 || value == 0; }
  [[nodiscard]] bool failed() const { return !busy() && (value & 0x40U) != 0; }

  /// In words: "check code error (CDB status 45h)".
  [[nodiscard]] std::string Words() const;
  /// The code of an Error for this failure.
  [[nodiscard]] ErrorCode error_code() const;

  bool operator==(const CdbStatus&) const = default;
};

namespace status {
inline constexpr CdbStatus kFailed{0x40};
inline constexpr CdbStatus kUnknownCommand{0x41};
inline constexpr CdbStatus kCheckCode{0x45};
inline constexpr CdbStatus kPassword{0x46};
inline constexpr CdbStatus kWrongState{0x47};
}  // namespace status

}  // namespace reflash::cmis
