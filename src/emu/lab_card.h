// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "emu/card/emulated_card.h"
#include "emu/card/emulated_card_registers.h"
#include "emu/lab_hardware.h"

namespace reflash::emu {

/// A place of a lab where an FPGA card is, or may be, plugged in: the card and the way to it.
/// `scheduler` outlives it.
class LabCard : public LabHardware {
 public:
  LabCard(CardSettings settings, Scheduler& scheduler)
      : LabHardware(settings.name),
        card_(std::move(settings), scheduler),
        registers_(scheduler, card_) {}

  /// Drivers in this process make their own EmulatedCardRegisters and EmulatedPciSlot for it.
  [[nodiscard]] EmulatedCard& card() { return card_; }

  Task<std::string> Exchange(const LabRequest::Exchange& exchange) override;
  void PowerCycle() override { card_.PowerCycle(); }
  void Reset() override { card_.Reset(); }
  void Remove() override { card_.Remove(); }
  void Insert() override { card_.Insert(); }
  Result<void> AddFault(const LabFault& fault) override;
  std::string Dump() override;

 private:
  EmulatedCard card_;
  EmulatedCardRegisters registers_;
};

}  // namespace reflash::emu
