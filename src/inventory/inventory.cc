// SPDX-License-Identifier: Apache-2.0
#include "inventory/inventory.h"

namespace reflash::inventory {

Result<const DeviceConfiguration*> Inventory::Find(std::string_view name) const {
  const DeviceConfiguration* const device = configuration_.Find(name);
  if (device != nullptr) return device;
  return Fail(ErrorCode::kNotFound, "there is no device '{}'", name);
}

Result<std::unique_ptr<Device>> Inventory::Open(std::string_view name) {
  const DeviceConfiguration& device = *REFLASH_TRY(Find(name));
  return FindDriver(device.driver)->open({scheduler_, syscalls_, buses_}, device);
}

Result<std::unique_ptr<Device>> Inventory::OpenRecorded(std::string_view name,
                                                        RecordingFile& file) {
  const Driver& driver = *FindDriver(REFLASH_TRY(Find(name))->driver);
  if (driver.on_port == nullptr) {
    return Fail(ErrorCode::kInvalidArgument,
                "it is not on an I2C bus, whose traffic could be recorded (its driver is '{}')",
                driver.name);
  }
  buses_.RecordNext(file);
  return Open(name);
}

Result<OpenModule> Inventory::OpenModuleOf(std::string_view name) {
  const DeviceConfiguration& device = *REFLASH_TRY(Find(name));
  const Driver& driver = *FindDriver(device.driver);
  if (driver.open_module == nullptr) {
    return Fail(ErrorCode::kInvalidArgument, "it is no module (its driver is '{}')", driver.name);
  }
  return driver.open_module({scheduler_, syscalls_, buses_}, device);
}

}  // namespace reflash::inventory
