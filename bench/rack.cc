// SPDX-License-Identifier: Apache-2.0
#include "rack.h"

#include <fmt/format.h>

#include "async/task_group.h"
#include "bus/i2c_module_eeprom.h"
#include "cmis/update/cmis_device.h"
#include "emu/image_format.h"
#include "metered_port.h"
#include "update_one.h"

namespace reflash::bench {
namespace {

constexpr Version kNewVersion{1, 3, 0};

Ledger OpenLedger(const TemporaryDirectory& directory) {
  return Ledger::Open({directory / "run", directory / "state"}).value();
}

/// S 50h W offset, S 50h R one byte, P.
Duration StatusRead(const emu::EmulatedBus& bus) {
  const std::byte offset{0};
  const I2cMessage messages[] = {{.write = {&offset, 1}}, {.read = 1}};
  return bus.LengthOf(messages);
}

}  // namespace

Image MakeImage(std::size_t size_bytes) {
  return Image::FromBytes(emu::MakeImage(kNewVersion, "OSFP*", size_bytes).value(), "fw.bin")
      .value();
}

Rack::Rack()
    : ledger_(OpenLedger(directory_)),
      engine_(scheduler_, ledger_, [](const std::string& name, const std::string& sentence) {
        fmt::print(stderr, "reflash-bench: {}: {}\n", name, sentence);
      }) {}

emu::EmulatedBus& Rack::AddBus() {
  return buses_.emplace_back(scheduler_, kClockHz, fmt::format("i2c-{}", buses_.size()));
}

Bay& Rack::Plug(emu::ModuleSettings settings) {
  settings.name = fmt::format("swp{}", bays_.size());
  return bays_.emplace_back(std::move(settings), scheduler_);
}

std::unique_ptr<I2cPort> Rack::Connect(emu::EmulatedBus& bus, Bay& bay, Metered metered) {
  std::unique_ptr<emu::EmulatedI2cPort> port = bus.Connect(bay.module);
  bay.port = port.get();
  if (metered == Metered::kNo) return port;
  return std::make_unique<MeteredPort>(std::move(port), bay.module.settings(), bay.traffic);
}

Result<void> Rack::Register(emu::EmulatedBus& bus, Bay& bay, Metered metered) {
  auto eeprom = std::make_unique<I2cModuleEeprom>(Connect(bus, bay, metered));
  auto driver = std::make_unique<cmis::CmisDevice>(scheduler_, std::move(eeprom),
                                                   std::vector<NetworkInterface>{});
  auto device = std::make_unique<MeteredDevice>(scheduler_, std::move(driver), bay.traffic,
                                                StatusRead(bus), bay.writing);
  return engine_.Register(bay.module.settings().name, std::move(device));
}

Result<Bay*> Rack::AddModule(emu::EmulatedBus& bus, emu::ModuleSettings settings) {
  Bay& bay = Plug(std::move(settings));
  REFLASH_TRY_VOID(Register(bus, bay));
  return &bay;
}

Task<void> Rack::UpdateAll(Image image) {
  TaskGroup updates(scheduler_);
  for (const Bay& bay : bays_) {
    updates.Spawn(UpdateOne(engine_, bay.module.settings().name, image));
  }
  co_await updates.Wait();
  co_await CheckUpdated();
}

Result<void> Rack::CheckUpdated() {
  for (Bay& bay : bays_) {
    const std::string& name = bay.module.settings().name;
    if (!bay.module.violations().empty()) {
      return Fail(ErrorCode::kHwError, "{}: {}", name, bay.module.violations().front());
    }
    if (bay.module.Banks().running_version() != kNewVersion) {
      return Fail(ErrorCode::kHwError, "{} does not run the new image", name);
    }
  }
  return {};
}

}  // namespace reflash::bench
