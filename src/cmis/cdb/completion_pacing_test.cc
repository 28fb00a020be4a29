// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/completion_pacing.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace reflash::cmis {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::uint16_t kId = 0x0103;

struct Observed {
  Duration wasted{0};
  int looks = 0;
};

/// One command of a module that is busy for `busy`, looked at as the pacing says.
Observed RunCommand(CompletionPacing& pacing, Duration busy) {
  Duration now = pacing.FirstLook(kId);
  Duration still_running{0};
  Observed run{.looks = 1};
  while (now < busy) {
    still_running = now;
    now += CompletionPacing::NextLook(now);
    ++run.looks;
  }
  pacing.Learn(kId, still_running, now);
  run.wasted = now - busy;
  return run;
}

class PacingOf : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Milliseconds, PacingOf, testing::Values(1, 2, 5, 20, 80, 2000));

TEST_P(PacingOf, WastesAtMostThreePercentOrAThirdOfAMillisecondAndFewLooks) {
  const Duration busy = milliseconds(GetParam());
  CompletionPacing pacing;
  RunCommand(pacing, busy);
  Observed total;
  constexpr int kCommands = 200;
  for (int command = 0; command < kCommands; ++command) {
    const Observed run = RunCommand(pacing, busy);
    total.wasted += run.wasted;
    total.looks += run.looks;
  }
  EXPECT_LE(total.wasted / kCommands, std::max<Duration>(microseconds(300), busy * 3 / 100));
  EXPECT_LE(total.looks, 2 * kCommands);
}

TEST(CompletionPacing, LooksAtOnceWhereNothingIsKnownOrTheModuleIsPrompt) {
  CompletionPacing pacing;
  EXPECT_EQ(pacing.FirstLook(kId), Duration::zero());
  pacing.Learn(kId, Duration::zero(), microseconds(50));
  EXPECT_EQ(pacing.FirstLook(kId), Duration::zero());
}

TEST(CompletionPacing, FollowsAModuleThatGetsFaster) {
  CompletionPacing pacing;
  RunCommand(pacing, milliseconds(20));
  Observed last;
  for (int command = 0; command < 300; ++command) last = RunCommand(pacing, milliseconds(2));
  EXPECT_LE(last.wasted, microseconds(300));
}

TEST(CompletionPacing, KeepsCommandsApart) {
  CompletionPacing pacing;
  pacing.Learn(0x0101, milliseconds(1900), milliseconds(2000));
  EXPECT_EQ(pacing.FirstLook(kId), Duration::zero());
}

}  // namespace
}  // namespace reflash::cmis
