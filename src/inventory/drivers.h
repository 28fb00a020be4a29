// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/real_scheduler.h"
#include "bus/bus_opener.h"
#include "bus/i2c_port.h"
#include "bus/module_eeprom.h"
#include "bus/network_interface.h"
#include "bus/syscalls.h"
#include "flash/device.h"
#include "inventory/device_configuration.h"

namespace reflash::inventory {

/// What drivers are made with: the ways to hardware of this process.
struct Workshop {
  RealScheduler& scheduler;
  Syscalls& syscalls;
  BusOpener& buses;
};

/// The memory of a module, without a driver that knows what to do with it, and the interfaces whose
/// traffic runs through the module.
struct OpenModule {
  std::unique_ptr<ModuleEeprom> eeprom;
  std::vector<NetworkInterface> interfaces;
};

/// A kind of device that reflash can update.
struct Driver {
  std::string_view name;  ///< what `driver = "..."` says
  Result<std::unique_ptr<Device>> (*open)(const Workshop& workshop,
                                          const DeviceConfiguration& device);
  /// A device behind any I2C port, such as one that replays a recording; only for those whose
  /// traffic can be recorded.
  std::unique_ptr<Device> (*on_port)(Scheduler& scheduler, std::unique_ptr<I2cPort> port) = nullptr;
  /// Only for modules.
  Result<OpenModule> (*open_module)(const Workshop& workshop,
                                    const DeviceConfiguration& device) = nullptr;
};

/// The driver of that name, or nullptr. The one list of drivers stands in drivers.cc.
const Driver* FindDriver(std::string_view name);

/// The names of all drivers, for messages: "cmis, fpga".
std::string DriverNames();

}  // namespace reflash::inventory
