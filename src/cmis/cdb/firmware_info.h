// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/version.h"

namespace reflash::cmis {

/// What one bank of a module holds.
struct FirmwareBank {
  bool present = false;  ///< the module tells a version for this bank
  bool running = false;
  bool committed = false;
  bool marked_empty = false;  ///< the bank exists and holds nothing whole
  bool valid = false;
  Version version;
  std::string extra;  ///< text of the vendor
};

/// What the banks of a module hold: the reply of 0100h (CMIS 5.0, 9.7.1).
struct FirmwareInfo {
  static constexpr std::size_t kReplyBytes = 110;

  FirmwareBank a;
  FirmwareBank b;
  FirmwareBank factory;

  /// A reply may end behind bank B, where a module has no factory image.
  /// Errors: kHwError for a shorter one.
  static Result<FirmwareInfo> Parse(ByteView reply);

  /// There is no bank B: none of its bits is set, not even the one of an empty bank.
  [[nodiscard]] bool SingleBank() const;
};

}  // namespace reflash::cmis
