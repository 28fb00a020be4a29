// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/simulated_scheduler.h"
#include "base/temporary_directory.h"
#include "bus/i2c_module_eeprom.h"
#include "cmis/update/cmis_device.h"
#include "emu/emulated_bus.h"
#include "emu/emulated_module.h"
#include "emu/image_format.h"
#include "flash/engine.h"

namespace reflash {

/// One emulated module on a bus, a driver and an engine, in simulated time: the world of a test.
class ModuleBench {
 public:
  static constexpr Version kOld{1, 2, 0};
  static constexpr Version kNew{1, 3, 0};

  explicit ModuleBench(emu::ModuleSettings settings = {}, I2cLimits limits = {})
      : module_(Complete(std::move(settings)), scheduler_) {
    auto port = bus_.Connect(module_, limits);
    port_ = port.get();
    const Result<void> registered =
        engine_.Register("swp1", std::make_unique<cmis::CmisDevice>(
                                     scheduler_, std::make_unique<I2cModuleEeprom>(std::move(port)),
                                     std::vector<NetworkInterface>{}));
    EXPECT_TRUE(registered);
  }

  /// An image for the module.
  static Image MakeImage(std::size_t size = 20'001, Version version = kNew,
                         std::string_view part = "OSFP*") {
    return Image::FromBytes(emu::MakeImage(version, part, size).value(), "fw.bin").value();
  }

  /// Admits and executes an update; a refusal is an Error.
  Result<JobSnapshot> Flash(const Image& image = MakeImage(), JobOptions options = {},
                            std::optional<Manifest> manifest = std::nullopt) {
    return scheduler_.Run(FlashTask(engine_, ImageToLoad{image, std::move(manifest)}, options));
  }

  Result<DeviceInfo> Perform(Step step) {
    return scheduler_.Run(engine_.Perform("swp1", step, {}));
  }

  Result<DeviceInfo> Inspect() { return scheduler_.Run(InspectTask(engine_)); }

  /// What the module holds and does, seen from inside.
  [[nodiscard]] std::optional<Version> Running() {
    const emu::FirmwareBanks& banks = module_.Banks();
    if (!banks.running()) return std::nullopt;
    return banks.bank(*banks.running()).version();
  }
  [[nodiscard]] const emu::ImageBank& BankB() { return module_.Banks().bank(emu::Bank::kB); }

  [[nodiscard]] SimulatedScheduler& scheduler() { return scheduler_; }
  [[nodiscard]] emu::EmulatedModule& module() { return module_; }
  [[nodiscard]] emu::EmulatedI2cPort& port() { return *port_; }
  [[nodiscard]] Engine& engine() { return engine_; }
  [[nodiscard]] const std::vector<std::string>& notices() const { return notices_; }

 private:
  static emu::ModuleSettings Complete(emu::ModuleSettings settings) {
    settings.name = "swp1";
    settings.bus = "i2c-1";
    return settings;
  }

  static Task<JobSnapshot> FlashTask(Engine& engine, ImageToLoad image, JobOptions options) {
    const std::shared_ptr<Job> job = co_await engine.Admit("swp1", std::move(image), options);
    co_await engine.Execute(job);
    co_return job->snapshot();
  }

  static Task<DeviceInfo> InspectTask(Engine& engine) {
    Inspection inspection = co_await engine.Inspect("swp1");
    co_return *std::move(inspection.info);
  }

  static Ledger OpenLedger(const TemporaryDirectory& directory) {
    return Ledger::Open({directory / "run", directory / "state"}).value();
  }

  SimulatedScheduler scheduler_;
  TemporaryDirectory directory_;
  Ledger ledger_ = OpenLedger(directory_);
  emu::EmulatedBus bus_{scheduler_, 400'000};
  emu::EmulatedModule module_;
  emu::EmulatedI2cPort* port_ = nullptr;
  std::vector<std::string> notices_;
  Engine engine_{scheduler_, ledger_, [this](const std::string&, const std::string& sentence) {
                   notices_.push_back(sentence);
                 }};
};

}  // namespace reflash
