// SPDX-License-Identifier: Apache-2.0
// Many adapters at once, none disturbing another (reference, B5.3).
#include <chrono>

#include "adapter_bench.h"
#include "async/task_group.h"

namespace reflash {
namespace {

constexpr std::size_t kAdapters = 200;
constexpr std::size_t kImages = 3;  // that differ in every chunk
constexpr std::size_t kBytes = AdapterBench::kChunkBytes + 9000;

/// Every fifth adapter fails, in another way each time; the others are busy in ways of their own.
emu::AdapterSettings SettingsOf(std::size_t index) {
  constexpr std::array kFaults{std::pair{"download", "code:-1"}, std::pair{"download", "garble"},
                               std::pair{"validate", "code:-16"},
                               std::pair{"validate", "power-cut"}};
  emu::AdapterSettings settings{.busy_replies = static_cast<unsigned>(index % 3),
                                .long_busy = index % 4 != 0,
                                .erase = std::chrono::milliseconds(100 + 7 * index)};
  if (index % 5 != 0) return settings;
  const auto& [when, effect] = kFaults.at(index / 5 % kFaults.size());
  return AdapterBench::WithFault(settings, when, 1, effect);
}

TEST(ManyAdapters, AreUpdatedAtOnceAndDoNotDisturbEachOther) {
  AdapterBench bench(SettingsOf(0));
  while (bench.bays.size() < kAdapters) bench.Add(SettingsOf(bench.bays.size()));
  std::vector<Image> images;
  for (std::uint32_t index = 0; index < kImages; ++index) {
    images.push_back(
        AdapterBench::FromBytes(AdapterBench::MakeBytes(kBytes, {2, 0, index}, {}, index + 1)));
  }
  std::vector<std::shared_ptr<Job>> jobs;
  TaskGroup group(bench.scheduler);
  const TimePoint begin = bench.scheduler.Now();
  for (std::size_t index = 0; index < kAdapters; ++index) {
    const std::string name = "capi" + std::to_string(index);
    jobs.push_back(bench.Admit(images.at(index % kImages), {}, name).value());
    group.Spawn(bench.engine.Execute(jobs.back()));
  }
  ASSERT_TRUE(bench.scheduler.Run(group.Wait()));
  for (std::size_t index = 0; index < kAdapters; ++index) {
    SCOPED_TRACE(index);
    const bool fails = index % 5 == 0;
    EXPECT_EQ(jobs[index]->snapshot().outcome, fails ? JobOutcome::kFailed : JobOutcome::kUpdated);
    const emu::AdapterBanks& banks = bench.bays[index].adapter.banks();
    if (fails) continue;
    EXPECT_EQ(banks.running_version(),
              (Version{2, 0, static_cast<std::uint32_t>(index % kImages)}));
    EXPECT_TRUE(std::ranges::equal(banks.user().image(), images.at(index % kImages).bytes()));
  }
  EXPECT_LT(bench.scheduler.Now() - begin, std::chrono::seconds(30)) << "and not one by one";
  bench.ExpectThatNoRuleWasBroken();
}

}  // namespace
}  // namespace reflash
