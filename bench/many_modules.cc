// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "async/task_group.h"
#include "groups.h"
#include "module_kinds.h"
#include "process_use.h"
#include "rack.h"

namespace reflash::bench {
namespace {

constexpr int kLooks = 10;
constexpr std::size_t kModulesOnBus = 16;
constexpr std::size_t kImageBytes = 16 * 1024;

double Transactions(const Rack& rack) {
  std::uint64_t transactions = 0;
  for (const Bay& bay : rack.bays()) transactions += bay.port->counters().transactions;
  return static_cast<double>(transactions);
}

/// What was seen while all modules were being written to.
struct Observation {
  double most_heap = 0;
  std::size_t image_copies = 0;
  double transactions = 0;
  double cpu_seconds = 0;
};

bool AllWrite(const Rack& rack) {
  return std::ranges::all_of(rack.bays(), [](const Bay& bay) { return bay.writing.began; });
}
bool NoneHasEnded(const Rack& rack) {
  return std::ranges::none_of(rack.bays(), [](const Bay& bay) { return bay.writing.ended; });
}

Task<void> Observe(Rack& rack, Observation& seen) {
  while (!AllWrite(rack)) co_await rack.scheduler().Sleep(std::chrono::milliseconds(50));
  std::set<const void*> images;
  for (const Bay& bay : rack.bays()) images.insert(bay.writing.image);
  seen.image_copies = images.size();

  for (int look = 0; look < kLooks; ++look) {
    seen.most_heap = std::max(seen.most_heap, HeapBytes());
    co_await rack.scheduler().Sleep(std::chrono::microseconds(1'700));
  }
  const double transactions = Transactions(rack);
  const double cpu_seconds = CpuSeconds();
  while (NoneHasEnded(rack)) {
    seen.transactions = Transactions(rack) - transactions;
    seen.cpu_seconds = CpuSeconds() - cpu_seconds;
    co_await rack.scheduler().Sleep(std::chrono::milliseconds(50));
  }
}

Task<void> UpdateObserved(Rack& rack, Image image, Observation& seen) {
  TaskGroup both(rack.scheduler());
  both.Spawn(Observe(rack, seen));
  both.Spawn(rack.UpdateAll(std::move(image)));
  co_await both.Wait();
}

/// Updates `modules` modules at once, 16 on each bus.
Result<void> Measure(Report& report, std::size_t modules) {
  Rack rack;
  for (std::size_t index = 0; index < modules; ++index) rack.Plug(LplOnStop().settings);
  const Image image = MakeImage(kImageBytes);

  // From here on it is ours: the port, the driver, the engine's entry and the job.
  const double heap_before = HeapBytes();
  emu::EmulatedBus* bus = nullptr;
  for (std::size_t index = 0; index < modules; ++index) {
    if (index % kModulesOnBus == 0) bus = &rack.AddBus();
    REFLASH_TRY_VOID(rack.Register(*bus, rack.bay(index), Rack::Metered::kNo));
  }
  Observation seen;
  REFLASH_TRY_VOID(rack.scheduler().Run(UpdateObserved(rack, image, seen)));

  // What was written stands in the emulated modules by now, which is not a job's memory.
  const double job_bytes =
      (seen.most_heap - heap_before) / static_cast<double>(modules) - double{kImageBytes};
  const std::string name = fmt::format("scale/{}-modules", modules);
  report.Add({name + "/memory", job_bytes / 1024, "KiB a job", AtMost(48)});
  report.Add({name + "/images", static_cast<double>(seen.image_copies), "in memory", AtMost(1)});
  report.Add({name + "/rate", seen.transactions / seen.cpu_seconds, "transactions/CPU s",
              AtLeast(200'000)});
  return {};
}

}  // namespace

Result<void> MeasureManyModules(Report& report) {
  REFLASH_TRY_VOID(Measure(report, 64));
  return Measure(report, 2000);
}

}  // namespace reflash::bench
