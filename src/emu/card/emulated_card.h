// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/scheduler.h"
#include "base/bytes.h"
#include "base/error.h"
#include "bus/card_registers.h"
#include "emu/card/board_controller.h"
#include "emu/card/card_settings.h"
#include "emu/card/card_space.h"
#include "emu/fault_queue.h"
#include "emu/violation_log.h"

namespace reflash::emu {

/// What a host did to a card.
struct CardCounters {
  std::uint64_t accesses = 0;  ///< words, read or written
  std::uint64_t bytes = 0;     ///< of all accesses
  std::uint64_t doorbell_reads = 0;
  std::uint64_t reloads = 0;
  std::uint64_t releases = 0;  ///< of its PCI slot
  std::uint64_t rescans = 0;
};

/// An emulated FPGA card: its registers, its board controller, its flash. A state machine that is
/// told what is on the bus and when; nothing happens in it between accesses that is not worked out
/// from the time at the next one. `clock` tells the time of controls and must outlive the card;
/// accesses bring their own, which is when they end.
///
/// It is plugged in and runs at first. It punishes: each rule of docs/fpga.md that the host breaks
/// stands in violations(), and the card does what hardware might do then.
class EmulatedCard {
 public:
  EmulatedCard(CardSettings settings, const Scheduler& clock);
  EmulatedCard(const EmulatedCard&) = delete;
  EmulatedCard& operator=(const EmulatedCard&) = delete;
  ~EmulatedCard() = default;

  /// Errors: kInvalidArgument when not all of `count` bytes at `address` are registers.
  [[nodiscard]] Result<void> CheckRange(std::uint64_t address, std::size_t count,
                                        BlockOrder order) const;
  /// Keeps the bus to the card occupied for `words` accesses; returns when they are over.
  TimePoint Occupy(std::size_t words, TimePoint now);

  // Accesses, whose address and length CheckRange has checked and that are words. FFFFFFFFh is
  // what the host reads from a card that is not there.
  std::uint32_t Read(std::uint64_t address, TimePoint end);
  void Write(std::uint64_t address, std::uint32_t value, TimePoint end);
  Bytes ReadBlock(std::uint64_t address, std::size_t count, BlockOrder order, TimePoint end);
  void WriteBlock(std::uint64_t address, ByteView data, BlockOrder order, TimePoint end);

  // What a hand, or a platform, does to it.
  void PowerCycle();
  void Reset() { PowerCycle(); }
  void Remove();
  void Insert();
  void AddFault(const CardFault& fault);

  // What the machine does with its slot. A card that never saw a slot asks for no Release.
  void AttachSlot() { slot_ = Slot::kHeld; }
  void Release();
  /// Returns whether the machine finds the card.
  bool Rescan();

  /// What it holds at this moment.
  const CardBanks& Banks();
  const BoardController& Controller();
  [[nodiscard]] CardCounters counters() const;
  [[nodiscard]] const std::vector<std::string>& violations() const {
    return violations_.sentences();
  }
  [[nodiscard]] const CardSettings& settings() const { return settings_; }

 private:
  enum class Power : std::uint8_t {
    kAbsent,
    kLost,     // never answers, until a reset
    kLoading,  // off the bus until loaded_at_
    kUp,
  };
  enum class Slot : std::uint8_t {
    kNone,
    kHeld,
    kReleased,
    kEmpty,  // looked for the card in vain; errors are no longer masked
  };

  void Advance(TimePoint now);
  void Suffer(CardFault::Effect effect);
  void LosePower(Power power);
  void Start(CardPage controller);
  void Leave(Power power);
  void Obey(const CardRestart& restart);
  void Reload(CardPage page);
  /// Returns whether the words of an access that hands over an image arrive, `data` as they do.
  bool BeginTransfer(Bytes& data);
  [[nodiscard]] bool answers() const { return power_ == Power::kUp; }

  CardSettings settings_;
  const Scheduler& clock_;
  TimePoint now_;
  ViolationLog violations_;
  FaultQueue<CardFault> faults_;
  BoardController controller_;
  std::unique_ptr<CardSpace> space_;
  CardCounters counters_;

  Power power_ = Power::kUp;
  Slot slot_ = Slot::kNone;
  TimePoint loaded_at_ = BoardController::kNever;
  TimePoint bus_free_at_ = TimePoint::min();
};

}  // namespace reflash::emu
