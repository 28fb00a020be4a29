// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "emu/emulated_bus.h"
#include "emu/emulated_module.h"
#include "emu/lab_hardware.h"

namespace reflash::emu {

/// A place of a lab where a module is, or may be, plugged in: the module and the way to it.
/// `bus` and `clock` outlive it.
class LabModule : public LabHardware {
 public:
  LabModule(EmulatedBus& bus, ModuleSettings settings, const Scheduler& clock)
      : LabHardware(settings.name),
        bus_(bus),
        module_(std::move(settings), clock),
        i2c_(bus.Connect(module_)) {}

  [[nodiscard]] EmulatedModule& module() { return module_; }
  [[nodiscard]] EmulatedI2cPort& i2c() { return *i2c_; }

  /// One more way to the module, for a driver in this process to own.
  [[nodiscard]] std::unique_ptr<EmulatedI2cPort> Connect() { return bus_.Connect(module_); }

  Task<std::string> Exchange(const LabRequest::Exchange& exchange) override;
  void PowerCycle() override { module_.PowerCycle(); }
  void Reset() override { module_.Reset(); }
  void Remove() override { module_.Remove(); }
  void Insert() override { module_.Insert(); }
  Result<void> AddFault(const LabFault& fault) override;
  std::string Dump() override;

 private:
  EmulatedBus& bus_;
  EmulatedModule module_;
  std::unique_ptr<EmulatedI2cPort> i2c_;
};

}  // namespace reflash::emu
