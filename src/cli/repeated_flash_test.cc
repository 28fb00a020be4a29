// SPDX-License-Identifier: Apache-2.0
#include "cli/repeated_flash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/flash_rack.h"

namespace reflash::cli {
namespace {

using namespace std::chrono_literals;

class RepeatedFlashTest : public testing::Test {
 protected:
  std::vector<JobSnapshot> Flash(std::size_t times, FlashRunOptions options = {},
                                 std::stop_token stop = {}) {
    RepeatedFlash test(rack_.world.scheduler(), rack_.world.engine(), rack_.output, rack_.display,
                       options, times);
    auto jobs =
        rack_.world.scheduler().Run(test.Run(FlashRack::Assignments(), std::move(stop))).value();
    statistics_ = test.statistics().Summary();
    return jobs;
  }

  FlashRack rack_;
  std::vector<DeviceStatistics> statistics_;
};

TEST_F(RepeatedFlashTest, WritesEachTimeAndAlternatesBanks) {
  const auto jobs = Flash(3);
  ASSERT_EQ(jobs.size(), 9U);
  EXPECT_EQ(rack_.hardware(0).Count("prepare"), 3U);
  EXPECT_EQ(jobs[0].bank, "B");
  EXPECT_EQ(jobs[3].bank, "A");
  EXPECT_EQ(jobs[6].bank, "B");
  ASSERT_EQ(statistics_.size(), 3U);
  EXPECT_EQ(statistics_[2].device, "card2");
  EXPECT_EQ(statistics_[2].runs, 3U);
  EXPECT_EQ(statistics_[2].ok, 3U);
}

TEST_F(RepeatedFlashTest, CountsWhatFailedAndGoesOn) {
  rack_.Break(1);
  EXPECT_EQ(FlashRack::Outcomes(Flash(2)), "updated failed updated updated failed updated");
  EXPECT_EQ(statistics_[1].runs, 2U);
  EXPECT_EQ(statistics_[1].ok, 0U);
}

TEST_F(RepeatedFlashTest, EndsWhenTooManyHaveFailedInAllRuns) {
  rack_.Break(1);
  EXPECT_EQ(Flash(10, {.max_failures = 3}).size(), 9U);
}

TEST_F(RepeatedFlashTest, EndsWhenOneIsRefusedAtFirst) {
  rack_.hardware(1).BecomeSingleBank();
  EXPECT_EQ(FlashRack::Outcomes(Flash(2)), "refused refused refused");
}

TEST_F(RepeatedFlashTest, DoesNotForceAnImageOnAnotherPart) {
  rack_.hardware(0).info.part = "OTHER";
  auto assignments = FlashRack::Assignments();
  for (Assignment& assignment : assignments) {
    assignment.image.manifest->fits = {{.kind = "fake", .vendor = "ACME", .part = "FAKE-1"}};
  }
  RepeatedFlash test(rack_.world.scheduler(), rack_.world.engine(), rack_.output, rack_.display, {},
                     2);
  const auto jobs = rack_.world.scheduler().Run(test.Run(std::move(assignments), {})).value();
  EXPECT_EQ(FlashRack::Outcomes(jobs), "refused refused refused");
}

TEST_F(RepeatedFlashTest, OneThatIsRefusedLaterDoesNotStopTheOthers) {
  rack_.hardware(0).after["cleanup"] =
      Doing([this] { rack_.hardware(0).in_use = "interface eth0 is up"; });
  EXPECT_EQ(FlashRack::Outcomes(Flash(2)), "updated updated updated refused updated updated");
}

TEST_F(RepeatedFlashTest, AStopEndsItWithTheStatisticsSoFar) {
  std::stop_source stop;
  std::size_t ended = 0;
  rack_.hardware(0).before["write"] = Doing([&] {
    if (++ended == 4) stop.request_stop();  // the first block of the second run
  });
  const auto jobs = Flash(100, {}, stop.get_token());
  EXPECT_EQ(jobs.size(), 6U);
  EXPECT_EQ(FlashRack::ExitCodeOf(jobs), ExitCode::kCanceled);
  EXPECT_EQ(statistics_[0].runs, 1U);
  EXPECT_EQ(statistics_[0].ok, 1U);
}

TEST_F(RepeatedFlashTest, MeasuresWhatTheDeviceAdvertises) {
  rack_.hardware(0).info.details = {{.name = "longest start", .value = "1500 ms"}};
  Flash(2);
  const auto& times = statistics_[0].times;
  const auto prepare = std::ranges::find(times, "making the device ready", &Times::name);
  ASSERT_NE(prepare, times.end());
  EXPECT_EQ(prepare->advertised_seconds, 1.5);
  EXPECT_EQ(prepare->seconds, (std::vector<double>{1, 1}));
}

}  // namespace
}  // namespace reflash::cli
