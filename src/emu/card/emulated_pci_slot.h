// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "async/task.h"
#include "bus/pci_slot.h"
#include "emu/card/emulated_card.h"

namespace reflash::emu {

/// The slot of an emulated card in this process. From when there is one, the card punishes a
/// restart without Release. `card` outlives it.
class EmulatedPciSlot : public PciSlot {
 public:
  explicit EmulatedPciSlot(EmulatedCard& card) : card_(card) { card.AttachSlot(); }

  Task<void> Release() override {
    card_.Release();
    co_return;
  }

  Task<void> Rescan() override {
    if (!card_.Rescan()) co_await Fail(ErrorCode::kNotFound, "the card is not on the bus");
  }

 private:
  EmulatedCard& card_;
};

}  // namespace reflash::emu
