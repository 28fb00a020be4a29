// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "emu/module_quirks.h"

namespace reflash::emu {

/// Lower memory byte 8, whose bits stay set until somebody reads them. `quirks` outlives it.
class LatchedFlags {
 public:
  explicit LatchedFlags(const ModuleQuirks& quirks) : quirks_(quirks) {}

  void StateChanged() { Set(1U << 0U); }
  void ModuleFirmwareError() { Set(1U << 1U); }
  /// CdbCmdCompleteFlag1 is bit 6, CdbCmdCompleteFlag2 bit 7.
  void CommandCompleted(std::size_t instance) {
    if (quirks_.completion_flag) Set(1U << (6U + instance));
  }

  /// What a read does.
  void Clear() { value_ = 0; }
  [[nodiscard]] std::uint8_t value() const { return value_; }

 private:
  void Set(unsigned flag) {
    if (!quirks_.flag_thief) value_ |= static_cast<std::uint8_t>(flag);
  }

  const ModuleQuirks& quirks_;
  std::uint8_t value_ = 0;
};

}  // namespace reflash::emu
