// SPDX-License-Identifier: Apache-2.0
#include "inventory/drivers.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "bus/i2c_module_eeprom.h"
#include "bus/network_interface.h"
#include "capi/adapter_device.h"
#include "cmis/update/cmis_device.h"
#include "fpga/fpga_device.h"

namespace reflash::inventory {
namespace {

Result<std::vector<NetworkInterface>> OpenInterfaces(const Workshop& workshop,
                                                     const DeviceConfiguration& device) {
  std::vector<NetworkInterface> interfaces;
  interfaces.reserve(device.netdev.size());
  for (const std::string& name : device.netdev) {
    interfaces.push_back(REFLASH_TRY(NetworkInterface::Named(workshop.syscalls, name)));
  }
  return interfaces;
}

Result<OpenModule> OpenCmisModule(const Workshop& workshop, const DeviceConfiguration& device) {
  std::vector<NetworkInterface> interfaces = REFLASH_TRY(OpenInterfaces(workshop, device));
  const BusAddress address = REFLASH_TRY(ParseBusAddress(device.bus));
  return OpenModule{.eeprom = REFLASH_TRY(
                        workshop.buses.OpenEeprom(address, {.max_write_bytes = device.max_write})),
                    .interfaces = std::move(interfaces)};
}

Result<std::unique_ptr<Device>> OpenCmis(const Workshop& workshop,
                                         const DeviceConfiguration& device) {
  OpenModule module = REFLASH_TRY(OpenCmisModule(workshop, device));
  return std::make_unique<cmis::CmisDevice>(workshop.scheduler, std::move(module.eeprom),
                                            std::move(module.interfaces));
}

std::unique_ptr<Device> MakeCmis(Scheduler& scheduler, std::unique_ptr<I2cPort> port) {
  return std::make_unique<cmis::CmisDevice>(scheduler,
                                            std::make_unique<I2cModuleEeprom>(std::move(port)),
                                            std::vector<NetworkInterface>{});
}

Result<std::unique_ptr<Device>> OpenFpga(const Workshop& workshop,
                                         const DeviceConfiguration& device) {
  std::vector<NetworkInterface> interfaces = REFLASH_TRY(OpenInterfaces(workshop, device));
  const BusAddress address = REFLASH_TRY(ParseBusAddress(device.bus));
  return std::make_unique<fpga::FpgaDevice>(
      workshop.scheduler,
      REFLASH_TRY(workshop.buses.OpenRegisters(address, {.max_write_bytes = device.max_write})),
      REFLASH_TRY(workshop.buses.OpenSlot(address)), std::move(interfaces));
}

Result<std::unique_ptr<Device>> OpenCapi(const Workshop& workshop,
                                         const DeviceConfiguration& device) {
  if (!device.netdev.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "an adapter has no interfaces of its own: its open units tell that it is in use");
  }
  const BusAddress address = REFLASH_TRY(ParseBusAddress(device.bus));
  return std::make_unique<capi::AdapterDevice>(
      workshop.scheduler,
      REFLASH_TRY(workshop.buses.OpenFacility(address, {.max_write_bytes = device.max_write})),
      REFLASH_TRY(workshop.buses.OpenSlot(address)));
}

constexpr std::array kDrivers{
    Driver{.name = "cmis", .open = OpenCmis, .on_port = MakeCmis, .open_module = OpenCmisModule},
    Driver{.name = "fpga", .open = OpenFpga},
    Driver{.name = "capi", .open = OpenCapi},
};

}  // namespace

const Driver* FindDriver(std::string_view name) {
  const auto* const found = std::ranges::find(kDrivers, name, &Driver::name);
  return found == kDrivers.end() ? nullptr : found;
}

std::string DriverNames() {
  std::string names;
  for (const Driver& driver : kDrivers) {
    if (!names.empty()) names += ", ";
    names += driver.name;
  }
  return names;
}

}  // namespace reflash::inventory
