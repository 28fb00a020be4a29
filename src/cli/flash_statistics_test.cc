// SPDX-License-Identifier: Apache-2.0
#include "cli/flash_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reflash::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

JobSnapshot Picture(Phase phase, std::string words, double seconds) {
  JobSnapshot job;
  job.device = "swp1";
  job.phase = phase;
  job.words = std::move(words);
  job.seconds = seconds;
  return job;
}

JobSnapshot End(double seconds, JobOutcome outcome = JobOutcome::kUpdated) {
  JobSnapshot job = Picture(Phase::kIdle, "", seconds);
  job.outcome = outcome;
  if (outcome != JobOutcome::kUpdated) job.failure = JobFailure{};
  return job;
}

/// One update that spends 1 s preparing, `writing` writing, 2 s and 3 s programming.
void AddUpdate(FlashStatistics& statistics, double writing) {
  statistics.Add(Picture(Phase::kPreparing, "getting ready", 0));
  statistics.Add(Picture(Phase::kWriting, "writing", 1));
  statistics.Add(Picture(Phase::kWriting, "writing", 1 + writing / 2));
  statistics.Add(Picture(Phase::kProgramming, "starting", 1 + writing));
  statistics.Add(Picture(Phase::kProgramming, "committing", 3 + writing));
  statistics.Add(End(6 + writing));
}

const Times& Find(const DeviceStatistics& device, std::string_view name) {
  return *std::ranges::find(device.times, name, &Times::name);
}

TEST(FlashStatistics, AddUpPhasesFromTheirSteps) {
  FlashStatistics statistics;
  AddUpdate(statistics, 4);
  const auto summary = statistics.Summary();
  ASSERT_EQ(summary.size(), 1U);
  EXPECT_THAT(Find(summary[0], "preparing").seconds, ElementsAre(1));
  EXPECT_THAT(Find(summary[0], "writing").seconds, ElementsAre(4));
  EXPECT_THAT(Find(summary[0], "programming").seconds, ElementsAre(5));
  EXPECT_THAT(Find(summary[0], "starting").seconds, ElementsAre(2));
  EXPECT_THAT(Find(summary[0], "committing").seconds, ElementsAre(3));
  EXPECT_THAT(Find(summary[0], "whole").seconds, ElementsAre(10));
}

TEST(FlashStatistics, TellShortestMedianAndLongest) {
  FlashStatistics statistics;
  for (const double writing : {5, 2, 8}) AddUpdate(statistics, writing);
  const auto summary = statistics.Summary();
  const Times& writing = Find(summary[0], "writing");
  EXPECT_EQ(writing.Shortest(), 2);
  EXPECT_EQ(writing.Median(), 5);
  EXPECT_EQ(writing.Longest(), 8);
}

TEST(FlashStatistics, HaveNoTimesOfUpdatesThatDidNotSucceed) {
  FlashStatistics statistics;
  statistics.Add(Picture(Phase::kPreparing, "getting ready", 0));
  statistics.Add(End(100, JobOutcome::kFailed));
  const auto summary = statistics.Summary();
  EXPECT_EQ(summary[0].runs, 1U);
  EXPECT_EQ(summary[0].ok, 0U);
  EXPECT_THAT(summary[0].times, IsEmpty());
}

TEST(FlashStatistics, CountNoRunThatWasRefusedOrCanceled) {
  FlashStatistics statistics;
  statistics.Add(End(0, JobOutcome::kRefused));
  statistics.Add(Picture(Phase::kPreparing, "getting ready", 0));
  statistics.Add(End(1, JobOutcome::kCanceled));
  EXPECT_EQ(statistics.Summary()[0].runs, 0U);
}

TEST(FlashStatistics, AStepThatAJobDoesTwiceIsOne) {
  FlashStatistics statistics;
  statistics.Add(Picture(Phase::kProgramming, "starting", 0));
  statistics.Add(Picture(Phase::kProgramming, "waiting", 1));
  statistics.Add(Picture(Phase::kProgramming, "starting", 3));
  statistics.Add(End(6));
  EXPECT_THAT(Find(statistics.Summary()[0], "starting").seconds, ElementsAre(4));
}

TEST(FlashStatistics, AreATableForPeople) {
  FlashStatistics statistics;
  DeviceInfo info;
  info.details = {{.name = "longest complete", .value = "2500 ms"},
                  {.name = "longest start", .value = "soon"}};
  statistics.SetAdvertised("swp1", info);
  statistics.Add(Picture(Phase::kProgramming, "verifying and programming the image", 0));
  statistics.Add(End(1.5));
  testing::internal::CaptureStdout();
  Print(Output(false), statistics.Summary());
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "\n"
            "DEVICE  WHAT                                   TIMES  MIN      MEDIAN   MAX      "
            "ADVERTISED\n"
            "swp1    programming                            1      1.500 s  1.500 s  1.500 s\n"
            "swp1      verifying and programming the image  1      1.500 s  1.500 s  1.500 s  "
            "2.500 s\n"
            "swp1    whole                                  1      1.500 s  1.500 s  1.500 s\n"
            "swp1: 1 of 1 runs succeeded\n");
}

}  // namespace
}  // namespace reflash::cli
