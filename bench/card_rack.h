// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <utility>

#include "async/simulated_scheduler.h"
#include "emu/card/emulated_card.h"
#include "flash/engine.h"
#include "memory_directory.h"
#include "metered_device.h"

namespace reflash::bench {

/// One emulated card with a stop-watch.
struct CardBay {
  CardBay(emu::CardSettings settings, const Scheduler& scheduler)
      : card(std::move(settings), scheduler) {}

  emu::EmulatedCard card;
  Traffic traffic;  ///< stays empty: registers have no meter
  WritingRecord writing;
};

/// FPGA cards with driver and engine, in simulated time.
class CardRack {
 public:
  CardRack();
  CardRack(const CardRack&) = delete;
  CardRack& operator=(const CardRack&) = delete;
  ~CardRack() = default;

  /// Plugs a card in; the engine does not know it yet. The CardBay lives as long as the rack.
  CardBay& Plug(emu::CardSettings settings);
  Result<void> Register(CardBay& bay);
  /// Updates all cards at once.
  /// Errors: the first update that failed, and the first rule that a card saw broken.
  Task<void> UpdateAll(Image image);

  [[nodiscard]] SimulatedScheduler& scheduler() { return scheduler_; }
  [[nodiscard]] std::deque<CardBay>& bays() { return bays_; }

 private:
  Result<void> CheckUpdated();

  SimulatedScheduler scheduler_;
  TemporaryDirectory directory_ = MakeMemoryDirectory();
  Ledger ledger_;
  std::deque<CardBay> bays_;
  Engine engine_;
};

/// An image that every card here takes.
Image MakeCardImage(std::size_t size_bytes);

}  // namespace reflash::bench
