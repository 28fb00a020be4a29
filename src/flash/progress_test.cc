// SPDX-License-Identifier: Apache-2.0
#include "flash/progress.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <vector>

namespace reflash {
namespace {

using std::chrono::seconds;

TimePoint At(int moment) { return TimePoint(seconds(moment)); }

/// 10 s of preparing, 80 s of writing, 10 s of finishing.
Progress Planned() {
  Progress progress;
  progress.Plan(
      {{Step::kPrepare, seconds(10)}, {Step::kWrite, seconds(80)}, {Step::kFinish, seconds(10)}});
  return progress;
}

TEST(Progress, IsZeroAndUnknownBeforeItBegins) {
  Progress progress = Planned();
  EXPECT_EQ(progress.Percent(At(5)), 0);
  EXPECT_FALSE(progress.EtaSeconds(At(5)));
}

TEST(Progress, WeighsStepsByTheirEstimates) {
  Progress progress = Planned();
  progress.Begin(Step::kWrite, At(0));
  EXPECT_EQ(progress.Percent(At(0)), 10);
  progress.Advance(50, 100, At(1));
  EXPECT_EQ(progress.Percent(At(1)), 50);
  progress.Begin(Step::kFinish, At(2));
  EXPECT_EQ(progress.Percent(At(2)), 90);
}

TEST(Progress, GoesWithTimeWhereNobodyCounts) {
  Progress progress = Planned();
  progress.Begin(Step::kWrite, At(0));
  progress.Advance(0, 0, At(0));
  EXPECT_EQ(progress.Percent(At(40)), 50);
  EXPECT_EQ(progress.Percent(At(4000)), 86) << "a step that takes too long is nearly done";
}

TEST(Progress, Is100OnlyWhenComplete) {
  Progress progress = Planned();
  progress.Begin(Step::kFinish, At(0));
  progress.Advance(100, 100, At(1));
  EXPECT_EQ(progress.Percent(At(1)), 99);
  progress.Complete();
  EXPECT_EQ(progress.Percent(At(1)), 100);
}

TEST(Progress, StandsStillInAStepThatWasNotPlanned) {
  Progress progress = Planned();
  progress.Begin(Step::kWrite, At(0));
  progress.Advance(25, 100, At(20));
  EXPECT_EQ(progress.Percent(At(20)), 30);
  progress.Begin(Step::kRollback, At(21));
  progress.Advance(0, 0, At(21));
  EXPECT_EQ(progress.Percent(At(60)), 30);
  EXPECT_FALSE(progress.EtaSeconds(At(60)));
}

TEST(Progress, TellsTheTimeThatIsLeftFromWhatWasSeen) {
  Progress progress = Planned();
  progress.Begin(Step::kWrite, At(100));
  progress.Advance(0, 100, At(100));
  EXPECT_EQ(progress.EtaSeconds(At(100)), 90) << "nothing was seen yet";
  progress.Advance(50, 100, At(120));
  EXPECT_EQ(progress.EtaSeconds(At(120)), 30) << "20 s for the second half, 10 s to finish";
}

TEST(Progress, MeasuresASecondPassByItself) {
  Progress progress = Planned();
  progress.Begin(Step::kWrite, At(0));
  progress.Advance(100, 100, At(80));
  EXPECT_EQ(progress.Percent(At(80)), 90);
  progress.Advance(0, 100, At(80));
  progress.Advance(50, 100, At(90));
  EXPECT_EQ(progress.EtaSeconds(At(90)), 20);
  EXPECT_EQ(progress.Percent(At(90)), 90) << "it went back";
}

TEST(Progress, DoesNotBelieveMoreThanAll) {
  Progress progress = Planned();
  progress.Begin(Step::kWrite, At(0));
  progress.Advance(1000, 100, At(1));
  EXPECT_EQ(progress.Percent(At(1)), 90);
  EXPECT_EQ(progress.EtaSeconds(At(1)), 10);
}

TEST(Progress, WorksWithoutEstimates) {
  Progress progress;
  progress.Plan({{Step::kPrepare, {}}, {Step::kWrite, {}}});
  progress.Begin(Step::kWrite, At(0));
  progress.Advance(1, 2, At(0));
  EXPECT_EQ(progress.Percent(At(0)), 0);
  EXPECT_EQ(progress.EtaSeconds(At(0)), 0);
}

RC_GTEST_PROP(Progress, NeverGoesBackWhateverIsReported,
              (const std::vector<std::uint32_t>& words)) {
  Progress progress = Planned();
  int moment = 0;
  int percent = 0;
  for (const std::uint32_t word : words) {
    moment += static_cast<int>(word % 7);
    if (word % 3 == 0) {
      progress.Begin(static_cast<Step>(word % 8), At(moment));
    } else {
      progress.Advance(word % 101, word % 89, At(moment));
    }
    const int now = progress.Percent(At(moment));
    RC_ASSERT(now >= percent);
    RC_ASSERT(now < 100);
    RC_ASSERT(progress.EtaSeconds(At(moment)).value_or(0) >= 0);
    percent = now;
  }
}

}  // namespace
}  // namespace reflash
