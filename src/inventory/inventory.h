// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bus/linux_syscalls.h"
#include "inventory/configuration.h"
#include "inventory/drivers.h"

namespace reflash::inventory {

/// Turns the names of a configuration into devices. Owns the buses that they share; outlives the
/// devices it opened.
class Inventory {
 public:
  Inventory(RealScheduler& scheduler, Configuration configuration)
      : scheduler_(scheduler),
        configuration_(std::move(configuration)),
        buses_(scheduler, syscalls_) {}

  [[nodiscard]] const Configuration& configuration() const { return configuration_; }

  /// Opens the way to a device of the configuration; nothing is sent to the device yet.
  /// Errors: kNotFound when there is no such name, bus or lab; kBusy when a kernel driver has the
  /// module; those of the bus.
  Result<std::unique_ptr<Device>> Open(std::string_view name);

  /// The same for a module, without its driver. Errors: kInvalidArgument for what is no module.
  Result<OpenModule> OpenModuleOf(std::string_view name);

  /// Opens a device whose bus traffic is recorded. `file` outlives it.
  /// Errors: those of Open; kInvalidArgument for a device that is not on an I2C bus.
  Result<std::unique_ptr<Device>> OpenRecorded(std::string_view name, RecordingFile& file);

 private:
  [[nodiscard]] Result<const DeviceConfiguration*> Find(std::string_view name) const;

  RealScheduler& scheduler_;
  Configuration configuration_;
  LinuxSyscalls syscalls_;
  BusOpener buses_;
};

}  // namespace reflash::inventory
