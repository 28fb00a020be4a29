// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "async/real_scheduler.h"
#include "async/task_group.h"
#include "blocking_adapters.h"
#include "bus/i2c_dev_port.h"
#include "bus/i2c_module_eeprom.h"
#include "cmis/update/cmis_device.h"
#include "groups.h"
#include "module_kinds.h"
#include "rack.h"
#include "update_one.h"

namespace reflash::bench {
namespace {

constexpr unsigned kBuses = 64;
constexpr int kRuns = 3;
/// For a machine that does other things as well; simulated time needs none.
constexpr double kTolerance = 1.05;

/// A module that is quick besides its blocks, since this runs in real time.
emu::ModuleSettings Quick(emu::ModuleSettings settings) {
  settings.start_busy = settings.complete_busy = std::chrono::milliseconds(50);
  settings.block_busy = std::chrono::milliseconds(2);
  settings.boot = std::chrono::milliseconds(200);
  return settings;
}

Result<Duration> UpdateSimulated(const emu::ModuleSettings& settings, unsigned buses) {
  Rack rack;
  for (unsigned index = 0; index < buses; ++index) {
    REFLASH_TRY(rack.AddModule(rack.AddBus(), settings));
  }
  REFLASH_TRY_VOID(rack.scheduler().Run(rack.UpdateAll(MakeImage(kMebibyte / 4))));
  return rack.scheduler().Now() - TimePoint();
}

Task<void> UpdateAll(Scheduler& scheduler, Engine& engine, const BlockingAdapters& adapters,
                     Image image) {
  TaskGroup updates(scheduler);
  for (unsigned index = 0; index < adapters.count(); ++index) {
    updates.Spawn(UpdateOne(engine, fmt::format("swp{}", index), image));
  }
  co_await updates.Wait();
}

/// Real time, a real thread for each bus, and the driver for i2c-dev.
Result<Duration> UpdateWithThreads(const emu::ModuleSettings& settings, unsigned buses,
                                   const Image& image) {
  RealScheduler scheduler;
  BlockingAdapters adapters(scheduler);
  I2cDevBuses dev_buses(scheduler);
  const TemporaryDirectory directory = MakeMemoryDirectory();
  Ledger ledger = REFLASH_TRY(Ledger::Open({directory / "run", directory / "state"}));
  Engine engine(scheduler, ledger, [](const std::string&, const std::string&) {});
  for (unsigned index = 0; index < buses; ++index) {
    const std::string node = adapters.Add(settings);
    std::unique_ptr<I2cPort> port =
        REFLASH_TRY(I2cDevPort::Open(adapters, dev_buses, node, BusOptions()));
    REFLASH_TRY_VOID(engine.Register(
        fmt::format("swp{}", index),
        std::make_unique<cmis::CmisDevice>(scheduler,
                                           std::make_unique<I2cModuleEeprom>(std::move(port)),
                                           std::vector<NetworkInterface>{})));
  }
  const TimePoint begin = scheduler.Now();
  REFLASH_TRY_VOID(scheduler.Run(UpdateAll(scheduler, engine, adapters, image)));
  return scheduler.Now() - begin;
}

/// One module against 64, each the quickest of a few runs: what disturbs one makes it longer.
Result<void> MeasureThreads(Report& report, const ModuleKind& kind, std::size_t image_bytes) {
  const Image image = MakeImage(image_bytes);
  const emu::ModuleSettings settings = Quick(kind.settings);
  Duration one = Duration::max();
  Duration all = Duration::max();
  for (int run = 0; run < kRuns; ++run) {
    one = std::min(one, REFLASH_TRY(UpdateWithThreads(settings, 1, image)));
    all = std::min(all, REFLASH_TRY(UpdateWithThreads(settings, kBuses, image)));
  }
  const std::string name = fmt::format("scale/64-buses/{}/threads", kind.name);
  report.Add({name, ToSeconds(all) / ToSeconds(one), "times one module", AtMost(kTolerance)});
  report.Add({name + "/one", ToSeconds(one), "s", {}});
  return {};
}

}  // namespace

Result<void> MeasureManyBuses(Report& report) {
  const emu::ModuleSettings settings = Quick(Epl2048().settings);
  const Duration one = REFLASH_TRY(UpdateSimulated(settings, 1));
  const Duration all = REFLASH_TRY(UpdateSimulated(settings, kBuses));
  report.Add(
      {"scale/64-buses/simulated", ToSeconds(all) / ToSeconds(one), "times one module", AtMost(1)});
  REFLASH_TRY_VOID(MeasureThreads(report, Epl2048(), 64 * 1024));
  return MeasureThreads(report, LplOnStop(), 16 * 1024);
}

}  // namespace reflash::bench
