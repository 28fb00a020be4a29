// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "emu/emulated_bus.h"
#include "emu/emulated_module.h"

namespace reflash::emu {

/// A place of a lab where a module is, or may be, plugged in: the module and the way to it.
/// `bus` and `clock` outlive it.
class LabSlot {
 public:
  LabSlot(EmulatedBus& bus, ModuleSettings settings, const Scheduler& clock)
      : bus_(bus), module_(std::move(settings), clock), i2c_(bus.Connect(module_)) {}

  [[nodiscard]] EmulatedModule& module() { return module_; }
  [[nodiscard]] EmulatedI2cPort& i2c() { return *i2c_; }

  /// One more way to the module, for a driver in this process to own.
  [[nodiscard]] std::unique_ptr<EmulatedI2cPort> Connect() { return bus_.Connect(module_); }

 private:
  EmulatedBus& bus_;
  EmulatedModule module_;
  std::unique_ptr<EmulatedI2cPort> i2c_;
};

}  // namespace reflash::emu
