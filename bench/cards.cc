// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "async/task_group.h"
#include "card_rack.h"
#include "groups.h"
#include "process_use.h"

namespace reflash::bench {
namespace {

using Progress = emu::BoardController::Progress;

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;
/// What the staging area takes, less the blocks that a file begins with.
constexpr std::size_t kLargestImage = (56 * kMebibyte) - 1024;
constexpr std::size_t kCards = 500;

struct Family {
  const char* name;
  emu::CardFamily family;
};
constexpr std::array kFamilies{Family{"n6000", emu::CardFamily::kN6000},
                               Family{"n3000", emu::CardFamily::kN3000}};

/// The wait before each of these phases ends with a poll that finds the phase begun, and a look
/// that confirms it: they are answered by the phase, but are none of its polls.
constexpr std::int64_t kLooksOfTheWaitBefore = 2;

/// A phase in which the host can only wait, and how often it may look at the doorbell.
struct WaitPhase {
  std::vector<Progress> told;  ///< what the doorbell tells in it
  Duration length;
  Duration period;
};

std::vector<WaitPhase> WaitsOf(const emu::CardSettings& card, std::size_t image_bytes) {
  return {
      {.told = {Progress::kPrepare},
       .length = card.ScaledBySize(card.erase_per_mebibyte, card.staging_bytes),
       .period = std::chrono::milliseconds(100)},
      {.told = {Progress::kAuthenticating, Progress::kCopying},
       .length = card.authentication + card.ScaledBySize(card.program_per_mebibyte, image_bytes),
       .period = std::chrono::seconds(1)},
  };
}

/// By how many polls the worst phase is over its length divided by its period, plus one.
double PollsOver(const emu::BoardController& controller, const std::vector<WaitPhase>& waits) {
  std::int64_t most = std::numeric_limits<std::int64_t>::min();
  for (const WaitPhase& wait : waits) {
    std::int64_t polls = -kLooksOfTheWaitBefore;
    for (const Progress progress : wait.told) {
      polls += static_cast<std::int64_t>(controller.looks().at(std::to_underlying(progress)));
    }
    most = std::max(most, polls - (wait.length / wait.period + 1));
  }
  return static_cast<double>(most);
}

/// The largest image to one card whose register access costs 1 us for 4 bytes.
Result<void> MeasureOne(Report& report, const Family& family) {
  CardRack rack;
  CardBay& bay = rack.Plug({.family = family.family});
  REFLASH_TRY_VOID(rack.Register(bay));
  const Image image = MakeCardImage(kLargestImage);
  REFLASH_TRY_VOID(rack.scheduler().Run(rack.UpdateAll(image)));

  const emu::CardSettings& settings = bay.card.settings();
  const Duration limit =
      settings.register_access * static_cast<Duration::rep>(kLargestImage / sizeof(std::uint32_t));
  const std::string name = fmt::format("fpga/{}", family.name);
  report.Add({name + "/write", ToSeconds(limit) / ToSeconds(bay.writing.length()),
              "of register limit", AtLeast(0.97)});
  report.Add({name + "/polls-over",
              PollsOver(bay.card.Controller(), WaitsOf(settings, kLargestImage)),
              "polls in a phase", AtMost(0)});
  return {};
}

/// What stands in the cards by now, which is not a job's memory.
double StagedBytes(CardRack& rack) {
  constexpr double kWithMarks = 1 + (1.0 / 32);  // a bit for each word
  double staged = 0;
  for (CardBay& bay : rack.bays()) {
    staged += static_cast<double>(bay.card.Controller().staging().used_bytes());
  }
  return staged * kWithMarks;
}

/// Looks while all cards are being written to.
Task<void> Observe(CardRack& rack, double& most_heap) {
  constexpr int kLooks = 10;
  const auto writes = [](const CardBay& bay) { return bay.writing.began; };
  while (!std::ranges::all_of(rack.bays(), writes)) {
    co_await rack.scheduler().Sleep(std::chrono::milliseconds(10));
  }
  for (int look = 0; look < kLooks; ++look) {
    most_heap = std::max(most_heap, HeapBytes() - StagedBytes(rack));
    co_await rack.scheduler().Sleep(std::chrono::milliseconds(10));
  }
}

Task<void> UpdateObserved(CardRack& rack, Image image, double& most_heap) {
  TaskGroup both(rack.scheduler());
  both.Spawn(Observe(rack, most_heap));
  both.Spawn(rack.UpdateAll(std::move(image)));
  co_await both.Wait();
}

Result<void> MeasureMany(Report& report) {
  CardRack rack;
  for (std::size_t index = 0; index < kCards; ++index) {
    rack.Plug({.family = kFamilies.at(index % kFamilies.size()).family});
  }
  const Image image = MakeCardImage(kMebibyte);
  // From here on it is ours: the driver, the engine's entry and the job.
  const double heap_before = HeapBytes();
  for (CardBay& bay : rack.bays()) REFLASH_TRY_VOID(rack.Register(bay));
  const double cpu_before = CpuSeconds();
  double most_heap = 0;
  REFLASH_TRY_VOID(rack.scheduler().Run(UpdateObserved(rack, image, most_heap)));

  const std::string name = fmt::format("fpga/{}-cards", kCards);
  report.Add({name + "/cpu", CpuSeconds() - cpu_before, "CPU s, cards too", {}});
  report.Add({name + "/memory", (most_heap - heap_before) / kCards / 1024, "KiB a job", {}});
  return {};
}

}  // namespace

Result<void> MeasureCards(Report& report) {
  for (const Family& family : kFamilies) REFLASH_TRY_VOID(MeasureOne(report, family));
  return MeasureMany(report);
}

}  // namespace reflash::bench
