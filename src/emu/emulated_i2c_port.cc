// SPDX-License-Identifier: Apache-2.0
#include "emu/emulated_i2c_port.h"

#include "emu/emulated_bus.h"

namespace reflash::emu {

EmulatedI2cPort::EmulatedI2cPort(EmulatedBus& bus, EmulatedModule& module, I2cLimits limits)
    : bus_(bus),
      module_(module),
      limits_(limits),
      hardware_address_(fmt::format("{}/{}", bus.name(), module.settings().name)) {}

Task<I2cReply> EmulatedI2cPort::DoTransfer(std::span<const I2cMessage> messages) {
  return bus_.Transfer(*this, messages);
}

}  // namespace reflash::emu
