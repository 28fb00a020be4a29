// SPDX-License-Identifier: Apache-2.0
#include "emu/fault_injector.h"

#include <vector>

namespace reflash::emu {

FaultInjector::FaultInjector(const std::vector<FaultSettings>& faults) {
  for (const FaultSettings& fault : faults) Add(fault);
}

std::optional<FaultSettings> FaultInjector::Happens(FaultSettings::When when,
                                                    std::uint16_t command) {
  std::optional<FaultSettings> struck;
  for (Pending& pending : pending_) {
    if (pending.fault.when != when || pending.fault.command != command) continue;
    if (--pending.remaining == 0) struck = pending.fault;
  }
  if (struck)
    std::erase_if(pending_, [](const Pending& pending) { return pending.remaining == 0; });
  return struck;
}

}  // namespace reflash::emu
