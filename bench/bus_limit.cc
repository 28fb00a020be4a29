// SPDX-License-Identifier: Apache-2.0
#include "groups.h"
#include "module_kinds.h"
#include "rack.h"

namespace reflash::bench {
namespace {

/// What we ask of the module between the run command and its reset.
constexpr Duration kDelayToReset = std::chrono::milliseconds(200);

/// A whole update of one module.
struct Single {
  Duration writing;    ///< from the first block to the last
  Duration own_time;   ///< of the module: busy, boot, and the delay to reset
  Duration block_bus;  ///< of the blocks: their writes and one read of the status each
  Duration total;
  WritingRecord record;
  Traffic traffic;
};

Result<Single> UpdateOne(emu::ModuleSettings settings, const Image& image) {
  Rack rack;
  Bay& bay = *REFLASH_TRY(rack.AddModule(rack.AddBus(), std::move(settings)));
  REFLASH_TRY_VOID(rack.scheduler().Run(rack.UpdateAll(image)));
  return Single{.writing = bay.writing.length(),
                .own_time = bay.traffic.busy + bay.module.settings().boot + kDelayToReset,
                .block_bus = bay.writing.block_bus,
                .total = rack.scheduler().Now() - TimePoint(),
                .record = bay.writing,
                .traffic = bay.traffic};
}

double Share(Duration part, Duration whole) { return ToSeconds(part) / ToSeconds(whole); }
double Milliseconds(Duration duration) { return ToSeconds(duration) * 1000; }

}  // namespace

Result<void> MeasureBusLimit(Report& report) {
  struct Row {
    ModuleKind kind;
    double target = 0;
  };
  const Row rows[] = {
      {Epl2048(), 0.97}, {Epl128(), 0.935}, {LplOnStop(), 0.85}, {Lpl(), 0.835}, {Lpl8(), 0.66}};
  const Image image = MakeImage(kMebibyte);
  const Duration limit = BusLimit(image.size());
  for (const Row& row : rows) {
    const Single one = REFLASH_TRY(UpdateOne(row.kind.settings, image));
    const std::string name = fmt::format("cmis/{}/busy-0", row.kind.name);
    const Target target = AtLeast(row.target);
    report.Add({name, Share(limit, one.writing), "of bus limit", target});
    report.Add({name + "/all", Share(limit, one.total - one.own_time), "of bus limit", target});
  }
  return {};
}

Result<void> MeasureOverhead(Report& report) {
  const Image image = MakeImage(kMebibyte);
  const emu::ModuleSettings times;  // as slow as modules are, but for blocks
  for (ModuleKind kind : {Epl2048(), LplOnStop(), Lpl8()}) {
    kind.settings.start_busy = times.start_busy;
    kind.settings.complete_busy = times.complete_busy;
    kind.settings.run_busy = times.run_busy;
    kind.settings.commit_busy = times.commit_busy;
    kind.settings.command_busy = times.command_busy;
    const Single one = REFLASH_TRY(UpdateOne(kind.settings, image));
    const Duration overhead = one.total - one.own_time - one.block_bus;
    report.Add({fmt::format("cmis/{}/overhead", kind.name), Milliseconds(overhead), "ms an update",
                AtMost(200)});
  }
  return {};
}

Result<void> MeasureBusyModules(Report& report) {
  const Image image = MakeImage(kMebibyte / 4);
  for (ModuleKind kind : {Epl2048(), LplOnStop()}) {
    for (const int busy_ms : {2, 5, 20, 80}) {
      kind.settings.block_busy = std::chrono::milliseconds(busy_ms);
      const Single one = REFLASH_TRY(UpdateOne(kind.settings, image));
      const auto blocks = static_cast<double>(one.traffic.blocks);
      const std::string name = fmt::format("cmis/{}/busy-{}/wasted", kind.name, busy_ms);
      report.Add({name, Milliseconds(one.record.wasted) / blocks, "ms a block",
                  AtMost(std::max(0.3, 0.03 * busy_ms))});
      report.Add({name + "-most", Milliseconds(one.record.most_wasted), "ms with one block", {}});
    }
  }
  return {};
}

}  // namespace reflash::bench
