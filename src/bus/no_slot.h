// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/pci_slot.h"

namespace reflash {

/// The slot of a card that needs none, since the machine has no list with it: one of a lab.
class NoSlot : public PciSlot {
 public:
  Task<void> Release() override { co_return; }
  Task<void> Rescan() override { co_return; }
};

}  // namespace reflash
