// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "emu/fault_queue.h"
#include "emu/fault_settings.h"

namespace reflash::emu {

/// Counts what happens to a module, and says when it is the time for a fault. Each fault strikes
/// once and is forgotten.
class FaultInjector {
 public:
  explicit FaultInjector(const std::vector<FaultSettings>& faults) : faults_(faults) {}

  /// The fault's count begins now.
  void Add(const FaultSettings& fault) { faults_.Add(fault); }

  // Something happens. Several faults may wait for it; of those that are due, one strikes.
  std::optional<FaultSettings> OnCommand(std::uint16_t command) {
    return Happens(FaultSettings::When::kCommand, command);
  }
  std::optional<FaultSettings> OnTransfer() { return Happens(FaultSettings::When::kTransfer, 0); }
  std::optional<FaultSettings> OnBoot() { return Happens(FaultSettings::When::kBoot, 0); }

 private:
  std::optional<FaultSettings> Happens(FaultSettings::When when, std::uint16_t command) {
    return faults_.Happens(
        [&](const FaultSettings& fault) { return fault.when == when && fault.command == command; });
  }

  FaultQueue<FaultSettings> faults_;
};

}  // namespace reflash::emu
