// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "async/fair_queue.h"
#include "async/scheduler.h"
#include "bus/i2c_port.h"
#include "emu/emulated_i2c_port.h"
#include "emu/emulated_module.h"

namespace reflash::emu {

/// An I2C bus on which every transaction takes exactly the time of its bits: 9 clocks a byte, one
/// clock for START, for each repeated START and for STOP. A transaction whose address is not
/// acknowledged ends there. One transaction at a time, fair among the ports in bus time.
/// Outlives its ports; `scheduler` outlives the bus.
class EmulatedBus {
 public:
  EmulatedBus(Scheduler& scheduler, std::uint32_t clock_hz, std::string name = "emulated");
  EmulatedBus(const EmulatedBus&) = delete;
  EmulatedBus& operator=(const EmulatedBus&) = delete;
  ~EmulatedBus() = default;

  /// A port that leads to `module`, which outlives it. (Each port has a place behind a multiplexer
  /// of its own, so that all modules answer at address 50h.)
  std::unique_ptr<EmulatedI2cPort> Connect(EmulatedModule& module, I2cLimits limits = {});

  /// How long `messages` occupy the bus when all are acknowledged.
  [[nodiscard]] Duration LengthOf(std::span<const I2cMessage> messages) const;
  /// How long a transaction takes whose address byte is not acknowledged.
  [[nodiscard]] Duration LengthOfRefusal() const;

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  friend class EmulatedI2cPort;

  Task<I2cReply> Transfer(EmulatedI2cPort& port, std::span<const I2cMessage> messages);
  [[nodiscard]] Duration LengthOfClocks(std::uint64_t clocks) const;

  Scheduler& scheduler_;
  std::uint32_t clock_hz_;
  std::string name_;
  FairQueue queue_;
  TimePoint free_at_;
};

}  // namespace reflash::emu
