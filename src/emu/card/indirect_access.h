// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "async/scheduler.h"
#include "emu/card/card_settings.h"
#include "emu/violation_log.h"

namespace reflash::emu {

/// The four registers with which a host reaches the controller of an N6000: address and data, then
/// the command, then its acknowledgement, then the command is cleared. The references outlive it.
class IndirectAccess {
 public:
  enum class Command : std::uint8_t { kRead = 1, kWrite = 2 };

  IndirectAccess(const CardSettings& settings, ViolationLog& violations)
      : settings_(settings), violations_(violations) {}

  /// The command register. Returns the command that is to be carried out now.
  std::optional<Command> WriteCommand(std::uint32_t value, TimePoint now);
  [[nodiscard]] std::uint32_t ReadCommand(TimePoint now) const;

  [[nodiscard]] std::uint32_t address() const { return address_; }
  void WriteAddress(std::uint32_t value) { Set(address_, value); }
  [[nodiscard]] std::uint32_t data_to_write() const { return to_write_; }
  void WriteData(std::uint32_t value) { Set(to_write_, value); }
  /// What was read is there once it is acknowledged.
  [[nodiscard]] std::uint32_t ReadData(TimePoint now);
  void Deliver(std::uint32_t value) { was_read_ = value; }
  void Reset() {
    command_ = 0;
    acknowledged_at_ = TimePoint::max();
  }

 private:
  static constexpr std::uint32_t kAcknowledged = 1U << 2U;

  void Set(std::uint32_t& member, std::uint32_t value);

  const CardSettings& settings_;
  ViolationLog& violations_;
  std::uint32_t command_ = 0;
  TimePoint acknowledged_at_ = TimePoint::max();
  std::uint32_t address_ = 0;
  std::uint32_t to_write_ = 0;
  std::uint32_t was_read_ = 0;
};

}  // namespace reflash::emu
