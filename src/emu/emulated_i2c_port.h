// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "async/fair_queue.h"
#include "bus/i2c_port.h"

namespace reflash::emu {

class EmulatedBus;
class EmulatedModule;

/// What went over the bus for one port.
struct BusCounters {
  std::uint64_t transactions = 0;
  std::uint64_t bytes = 0;  ///< all bytes on the wire, addresses and offsets included
  std::uint64_t nacks = 0;  ///< transactions that were not acknowledged
  Duration bus_busy{0};
};

/// The way to an emulated module in this process. Made by EmulatedBus::Connect. Unlike other ports
/// it may be asked for several transactions at once: they take turns in the order they came.
class EmulatedI2cPort : public I2cPort {
 public:
  EmulatedI2cPort(EmulatedBus& bus, EmulatedModule& module, I2cLimits limits);

  [[nodiscard]] I2cLimits limits() const override { return limits_; }
  [[nodiscard]] const std::string& hardware_address() const override { return hardware_address_; }

  [[nodiscard]] const BusCounters& counters() const { return counters_; }

 private:
  friend class EmulatedBus;

  Task<I2cReply> DoTransfer(std::span<const I2cMessage> messages) override;

  EmulatedBus& bus_;
  EmulatedModule& module_;
  I2cLimits limits_;
  std::string hardware_address_;
  FairQueue::Flow flow_;
  BusCounters counters_;
};

}  // namespace reflash::emu
