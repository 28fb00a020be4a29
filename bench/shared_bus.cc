// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "async/task_group.h"
#include "groups.h"
#include "module_kinds.h"
#include "rack.h"

namespace reflash::bench {
namespace {

constexpr unsigned kModules = 16;
constexpr int kBusyTimesBlock = 5;
constexpr Duration kObserved = std::chrono::seconds(20);

/// What one module got of the bus while all wrote.
struct Portion {
  Duration bus_time;
  std::uint64_t image_bytes;
};

std::vector<Portion> Take(const Rack& rack) {
  std::vector<Portion> portions;
  for (const Bay& bay : rack.bays()) {
    portions.push_back({bay.port->counters().bus_busy, bay.traffic.image_bytes});
  }
  return portions;
}

/// Waits until all modules are being written to, and looks what each gets in `kObserved`.
Task<void> Observe(Rack& rack, std::vector<Portion>& portions) {
  const auto writes = [](const Bay& bay) { return bay.writing.began; };
  const auto ended = [](const Bay& bay) { return bay.writing.ended; };
  while (!std::ranges::all_of(rack.bays(), writes)) {
    co_await rack.scheduler().Sleep(std::chrono::milliseconds(10));
  }
  co_await rack.scheduler().Sleep(std::chrono::seconds(2));
  const std::vector<Portion> before = Take(rack);
  co_await rack.scheduler().Sleep(kObserved);
  portions = Take(rack);
  for (std::size_t index = 0; index < portions.size(); ++index) {
    portions[index].bus_time -= before[index].bus_time;
    portions[index].image_bytes -= before[index].image_bytes;
  }
  if (std::ranges::any_of(rack.bays(), ended)) {
    co_await Fail(ErrorCode::kInvalidSize, "the image was too small to observe all modules");
  }
}

Task<void> UpdateObserved(Rack& rack, Image image, std::vector<Portion>& portions) {
  TaskGroup both(rack.scheduler());
  both.Spawn(Observe(rack, portions));
  both.Spawn(rack.UpdateAll(std::move(image)));
  co_await both.Wait();
}

/// Makes a module busy for five times the bus time of its blocks.
Result<emu::ModuleSettings> BusyInProportion(emu::ModuleSettings settings) {
  Rack rack;
  const Bay& bay = *REFLASH_TRY(rack.AddModule(rack.AddBus(), settings));
  REFLASH_TRY_VOID(rack.scheduler().Run(rack.UpdateAll(MakeImage(kMebibyte / 16))));
  settings.block_busy =
      kBusyTimesBlock * bay.writing.block_bus / static_cast<Duration::rep>(bay.traffic.blocks);
  return settings;
}

Result<std::vector<Portion>> Share(std::span<const emu::ModuleSettings> kinds) {
  Rack rack;
  emu::EmulatedBus& bus = rack.AddBus();
  for (unsigned index = 0; index < kModules; ++index) {
    REFLASH_TRY(rack.AddModule(bus, kinds[index % kinds.size()]));
  }
  std::vector<Portion> portions;
  // 16 modules with a whole bus for a quarter of a MiB each: 94 s at least.
  REFLASH_TRY_VOID(rack.scheduler().Run(UpdateObserved(rack, MakeImage(kMebibyte / 4), portions)));
  return portions;
}

double ImageShare(std::span<const Portion> portions) {
  std::uint64_t image_bytes = 0;
  for (const Portion& portion : portions) image_bytes += portion.image_bytes;
  return ToSeconds(BusLimit(image_bytes)) / ToSeconds(kObserved);
}

/// How far the module that got most or least is from an equal share.
double Unfairness(std::span<const Portion> portions) {
  double sum = 0;
  for (const Portion& portion : portions) sum += ToSeconds(portion.bus_time);
  const double equal = sum / static_cast<double>(portions.size());
  double most = 0;
  for (const Portion& portion : portions) {
    most = std::max(most, std::abs(ToSeconds(portion.bus_time) / equal - 1));
  }
  return most;
}

}  // namespace

Result<void> MeasureSharedBus(Report& report) {
  struct Row {
    ModuleKind kind;
    double target = 0;
  };
  for (const Row& row : {Row{Epl2048(), 0.93}, Row{LplOnStop(), 0.82}}) {
    const emu::ModuleSettings busy = REFLASH_TRY(BusyInProportion(row.kind.settings));
    const std::vector<Portion> portions = REFLASH_TRY(Share(std::span(&busy, 1)));
    report.Add({fmt::format("cmis/{}/16-on-one-bus", row.kind.name), ImageShare(portions),
                "of bus for image bytes", AtLeast(row.target)});
  }
  std::vector<emu::ModuleSettings> mixed;
  std::vector<emu::ModuleSettings> mixed_busy;
  for (const ModuleKind& kind : {Epl2048(), Epl128(), LplOnStop(), Lpl8()}) {
    mixed.push_back(kind.settings);
    mixed_busy.push_back(REFLASH_TRY(BusyInProportion(kind.settings)));
  }
  report.Add({"cmis/mixed/busy-0/unfairness", Unfairness(REFLASH_TRY(Share(mixed))),
              "from an equal share", AtMost(0.05)});
  report.Add({"cmis/mixed/busy-5x/unfairness", Unfairness(REFLASH_TRY(Share(mixed_busy))),
              "from an equal share", AtMost(0.05)});
  return {};
}

}  // namespace reflash::bench
