// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "async/real_scheduler.h"
#include "bus/bus_opener.h"
#include "bus/i2c_port.h"
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

/// A kind of device that reflash can update.
struct Driver {
  std::string_view name;  ///< what `driver = "..."` says
  Result<std::unique_ptr<Device>> (*open)(const Workshop& workshop,
                                          const DeviceConfiguration& device);
  /// A device behind any I2C port, such as one that replays a recording.
  std::unique_ptr<Device> (*on_port)(Scheduler& scheduler, std::unique_ptr<I2cPort> port);
};

/// The driver of that name, or nullptr. The one list of drivers stands in drivers.cc.
const Driver* FindDriver(std::string_view name);

/// The names of all drivers, for messages: "cmis".
std::string DriverNames();

}  // namespace reflash::inventory
