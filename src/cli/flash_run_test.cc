// SPDX-License-Identifier: Apache-2.0
#include "cli/flash_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/flash_rack.h"

namespace reflash::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class FlashRunTest : public testing::Test {
 protected:
  std::vector<JobSnapshot> Flash(FlashRunOptions options, std::stop_token stop = {}) {
    FlashRun run(rack_.world.scheduler(), rack_.world.engine(), rack_.output, rack_.display,
                 options);
    return rack_.world.scheduler().Run(run.Run(FlashRack::Assignments(), std::move(stop))).value();
  }

  FlashRack rack_;
};

TEST_F(FlashRunTest, UpdatesAllSideBySide) {
  const auto jobs = Flash({});
  EXPECT_EQ(FlashRack::Outcomes(jobs), "updated updated updated");
  EXPECT_EQ(FlashRack::ExitCodeOf(jobs), ExitCode::kDone);
  EXPECT_DOUBLE_EQ(jobs[0].seconds, jobs[2].seconds);
}

TEST_F(FlashRunTest, UpdatesSoManyAtOnce) {
  Flash({.at_once = 1});
  const auto ended = rack_.display.Ended();
  ASSERT_EQ(ended.size(), 3U);
  EXPECT_EQ(ended[0].device, "card0");
  EXPECT_EQ(ended[1].device, "card1");
  EXPECT_EQ(ended[2].device, "card2");
}

TEST_F(FlashRunTest, WritesNothingWhenOneIsRefused) {
  rack_.hardware(1).BecomeSingleBank();
  const auto jobs = Flash({});
  EXPECT_EQ(FlashRack::Outcomes(jobs), "refused refused refused");
  EXPECT_EQ(FlashRack::ExitCodeOf(jobs), ExitCode::kNotPermitted);
  EXPECT_EQ(rack_.hardware(0).Count("prepare"), 0U);
  EXPECT_THAT(jobs[0].failure->message, HasSubstr("--keep-going"));
  EXPECT_EQ(jobs[0].version, "1.2.0");
}

TEST_F(FlashRunTest, UpdatesTheOthersWhenItIsToKeepGoing) {
  rack_.hardware(1).BecomeSingleBank();
  const auto jobs = Flash({.keep_going = true});
  EXPECT_EQ(FlashRack::Outcomes(jobs), "updated refused updated");
}

TEST_F(FlashRunTest, WritesNothingWhenItIsDry) {
  const auto jobs = Flash({.dry_run = true});
  EXPECT_EQ(FlashRack::Outcomes(jobs), "unbegun unbegun unbegun");
  EXPECT_EQ(rack_.hardware(0).Count("prepare"), 0U);
}

TEST_F(FlashRunTest, BeginsNoFurtherDeviceOnceTooManyHaveFailed) {
  rack_.Break(0);
  rack_.Break(1);
  const auto jobs = Flash({.at_once = 1, .max_failures = 1});
  EXPECT_EQ(FlashRack::Outcomes(jobs), "failed refused refused");
  EXPECT_EQ(FlashRack::ExitCodeOf(jobs), ExitCode::kDeviceFailed);
  EXPECT_EQ(jobs[1].failure->message, "not begun, since 1 failed before it (--max-failures 1)");
  EXPECT_EQ(rack_.hardware(1).Count("prepare"), 0U);
}

TEST_F(FlashRunTest, GoesOnBelowTheNumberOfFailures) {
  rack_.Break(0);
  EXPECT_EQ(FlashRack::Outcomes(Flash({.at_once = 1, .max_failures = 2})),
            "failed updated updated");
}

TEST_F(FlashRunTest, DevicesUnderWayAreFinishedWhenTooManyHaveFailed) {
  rack_.Break(0);
  EXPECT_EQ(FlashRack::Outcomes(Flash({.at_once = 2, .max_failures = 1})),
            "failed updated refused");
}

TEST_F(FlashRunTest, AStopCancelsWhatRunsAndBeginsNothing) {
  std::stop_source stop;
  rack_.world.At(5s, [&stop] { stop.request_stop(); });
  const auto jobs = Flash({.at_once = 1}, stop.get_token());
  EXPECT_EQ(FlashRack::Outcomes(jobs), "canceled canceled canceled");
  EXPECT_EQ(FlashRack::ExitCodeOf(jobs), ExitCode::kCanceled);
  EXPECT_EQ(rack_.hardware(2).Count("prepare"), 0U);
}

}  // namespace
}  // namespace reflash::cli
