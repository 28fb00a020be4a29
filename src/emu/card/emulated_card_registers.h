// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "async/scheduler.h"
#include "bus/card_registers.h"
#include "emu/card/emulated_card.h"

namespace reflash::emu {

/// The way to an emulated card in this process: every access occupies its time. Several ways to
/// one card share its bus. `scheduler` and `card` outlive it.
class EmulatedCardRegisters : public CardRegisters {
 public:
  EmulatedCardRegisters(Scheduler& scheduler, EmulatedCard& card)
      : scheduler_(scheduler), card_(card), hardware_address_("emulated/" + card.settings().name) {}

  [[nodiscard]] const std::string& hardware_address() const override { return hardware_address_; }

 private:
  Task<std::uint32_t> DoRead(std::uint64_t address) override;
  Task<void> DoWrite(std::uint64_t address, std::uint32_t value) override;
  Task<Bytes> DoReadBlock(std::uint64_t address, std::size_t count, BlockOrder order) override;
  Task<void> DoWriteBlock(std::uint64_t address, ByteView data, BlockOrder order) override;

  Task<TimePoint> Occupy(std::uint64_t address, std::size_t count, BlockOrder order);

  Scheduler& scheduler_;
  EmulatedCard& card_;
  std::string hardware_address_;
};

}  // namespace reflash::emu
