// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "async/scheduler.h"
#include "emu/lab.h"
#include "emu/lab_settings.h"
#include "flash/device.h"

namespace reflash::cli {

/// A device of the rack of the demo: what its owner knows of it, and its driver.
struct DemoDevice {
  std::string name;
  std::string place;  ///< its bus
  std::string vendor;
  std::string part;
  std::string serial;
  std::string version;
  std::unique_ptr<Device> driver;
};

/// All devices of `lab`, which was made from `settings` and outlives them, with drivers that reach
/// them in this process.
std::vector<DemoDevice> OpenDemoDevices(Scheduler& scheduler, emu::Lab& lab,
                                        const emu::LabSettings& settings);

}  // namespace reflash::cli
