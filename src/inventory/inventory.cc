// SPDX-License-Identifier: Apache-2.0
#include "inventory/inventory.h"

namespace reflash::inventory {

Result<std::unique_ptr<Device>> Inventory::Open(std::string_view name) {
  const DeviceConfiguration* const device = configuration_.Find(name);
  if (device == nullptr) return Fail(ErrorCode::kNotFound, "there is no device '{}'", name);
  const Workshop workshop{scheduler_, syscalls_, buses_};
  return FindDriver(device->driver)->open(workshop, *device);
}

}  // namespace reflash::inventory
