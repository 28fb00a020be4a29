// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace reflash::cmis {

/// The bytes at the very beginning of the lower memory, which say whether the rest is CMIS at all.
struct Basics {
  static constexpr std::size_t kBytes = 3;

  std::uint8_t identifier = 0;  ///< SFF-8024
  std::uint8_t revision = 0;    ///< major in the high nibble: 52h is 5.2
  bool flat = false;            ///< no pages beyond 00h, so no CDB

  /// `bytes` are the first kBytes of the lower memory.
  static Basics Parse(ByteView bytes);

  [[nodiscard]] unsigned major() const { return revision >> 4U; }
  [[nodiscard]] std::string RevisionText() const;
  /// Whether a module with this identifier has a CMIS memory map; others (a QSFP28, an SFP) use
  /// the same address with another meaning.
  [[nodiscard]] bool speaks_cmis() const;
  /// The name of the form factor: "QSFP-DD", or "type 11h" for one that is not known.
  [[nodiscard]] std::string FormFactor() const;
};

/// Who made the module (CMIS 5.0, 8.3, page 00h).
struct Identity {
  std::string vendor;
  std::string part;
  std::string vendor_revision;
  std::string serial;
  std::uint32_t oui = 0;  ///< of the vendor, 24 bits
  bool tunable = false;   ///< a tunable laser, which takes its time

  /// `page` is page 00h, 128 bytes from offset 128 on.
  static Identity Parse(ByteView page);
};

/// The state of the module state machine (lower memory, byte 3, bits 3-1).
enum class ModuleState : std::uint8_t {
  kLowPower = 1,
  kPoweringUp = 2,
  kReady = 3,
  kPoweringDown = 4,
  kFault = 5,
};

/// Takes it out of byte 3.
ModuleState ModuleStateOf(std::byte byte_3);

std::string_view ModuleStateWords(ModuleState state);

/// Whether the module has booted as far as it goes by itself: Ready, or LowPwr, in which it waits
/// for the host.
bool HasBooted(ModuleState state);

}  // namespace reflash::cmis
