// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_device.h"

#include <utility>

#include "bus/i2c_module_eeprom.h"
#include "bus/no_slot.h"
#include "capi/adapter_device.h"
#include "cmis/update/cmis_device.h"
#include "emu/adapter/emulated_facility.h"
#include "emu/card/emulated_card_registers.h"
#include "emu/card/emulated_pci_slot.h"
#include "fpga/fpga_device.h"

namespace reflash::cli {
namespace {

DemoDevice OpenModule(Scheduler& scheduler, emu::Lab& lab, const emu::ModuleSettings& module) {
  auto eeprom = std::make_unique<I2cModuleEeprom>(lab.FindModule(module.name)->Connect());
  return {.name = module.name,
          .place = module.bus,
          .vendor = module.vendor,
          .part = module.part,
          .serial = module.serial,
          .version = module.version.ToString(),
          .driver = std::make_unique<cmis::CmisDevice>(scheduler, std::move(eeprom),
                                                       std::vector<NetworkInterface>{})};
}

DemoDevice OpenCard(Scheduler& scheduler, emu::Lab& lab, const emu::CardSettings& settings) {
  emu::EmulatedCard& card = lab.FindCard(settings.name)->card();
  return {.name = settings.name,
          .place = "pci",
          .vendor = "Intel",
          .part = std::string(emu::FactsOf(settings.family).part),
          .serial = settings.serial,
          .version = settings.version.ToString(),
          .driver = std::make_unique<fpga::FpgaDevice>(
              scheduler, std::make_unique<emu::EmulatedCardRegisters>(scheduler, card),
              std::make_unique<emu::EmulatedPciSlot>(card), std::vector<NetworkInterface>{})};
}

DemoDevice OpenAdapter(Scheduler& scheduler, emu::Lab& lab, const emu::AdapterSettings& settings) {
  emu::EmulatedAdapter& adapter = lab.FindAdapter(settings.name)->adapter();
  return {.name = settings.name,
          .place = "platform",
          .vendor = "IBM",
          .part = settings.part,
          .serial = settings.serial,
          .version = settings.version.ToString(),
          .driver = std::make_unique<capi::AdapterDevice>(
              scheduler, std::make_unique<emu::EmulatedFacility>(scheduler, adapter),
              std::make_unique<NoSlot>())};
}

}  // namespace

std::vector<DemoDevice> OpenDemoDevices(Scheduler& scheduler, emu::Lab& lab,
                                        const emu::LabSettings& settings) {
  std::vector<DemoDevice> devices;
  devices.reserve(settings.modules.size() + settings.cards.size() + settings.adapters.size());
  for (const auto& module : settings.modules) devices.push_back(OpenModule(scheduler, lab, module));
  for (const auto& card : settings.cards) devices.push_back(OpenCard(scheduler, lab, card));
  for (const auto& adapter : settings.adapters) {
    devices.push_back(OpenAdapter(scheduler, lab, adapter));
  }
  return devices;
}

}  // namespace reflash::cli
