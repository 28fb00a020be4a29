// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>

#include "async/scheduler.h"
#include "emu/card/board_controller.h"
#include "emu/card/card_settings.h"
#include "emu/violation_log.h"

namespace reflash::emu {

/// How an N6000 lets the host at its flash memory: a FIFO through which the controller takes the
/// words of an image, and through which the host reads while the flash is its own. The references
/// outlive it.
class FlashPort {
 public:
  FlashPort(const CardSettings& settings, BoardController& controller, ViolationLog& violations)
      : settings_(settings), controller_(controller), violations_(violations) {}

  /// The register of the owner.
  [[nodiscard]] std::uint32_t ReadOwner(TimePoint now) const;
  void WriteOwner(std::uint32_t value, TimePoint now);
  [[nodiscard]] bool IsHosts(TimePoint now) const;

  [[nodiscard]] std::uint32_t ReadControl(TimePoint now) const;
  void WriteControl(std::uint32_t value, TimePoint now);
  [[nodiscard]] std::uint32_t address() const { return address_; }
  void WriteAddress(std::uint32_t value);

  std::uint32_t Pop(TimePoint now);
  void Push(std::uint32_t value, TimePoint now);

  /// Forgets what is under way.
  void Reset();

 private:
  static constexpr std::uint32_t kFifoWords = 512;

  [[nodiscard]] std::uint32_t Level(TimePoint now) const;
  void BeginRead(std::uint32_t words, TimePoint now);

  const CardSettings& settings_;
  BoardController& controller_;
  ViolationLog& violations_;

  bool host_asks_ = false;
  TimePoint changes_at_ = TimePoint::min();  // when the owner is the one that was asked for

  std::uint32_t control_ = 0;
  std::uint32_t address_ = 0;
  TimePoint busy_until_ = TimePoint::min();
  std::deque<std::uint32_t> to_read_;

  TimePoint empty_at_ = TimePoint::min();  // when the controller has taken all words
  std::uint32_t left_ = 0;                 // words that a controller which hangs does not take
};

}  // namespace reflash::emu
