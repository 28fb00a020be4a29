// SPDX-License-Identifier: Apache-2.0
#include "cli/display.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "async/simulated_scheduler.h"
#include "cli/bar_display.h"
#include "cli/json_display.h"
#include "cli/line_display.h"

namespace reflash::cli {
namespace {

using namespace std::chrono_literals;

JobSnapshot Running(Phase phase, int percent) {
  JobSnapshot job;
  job.device = "swp1";
  job.phase = phase;
  job.words = "writing the image";
  job.percent = percent;
  job.eta_seconds = 61.6;
  return job;
}

JobSnapshot Ended(JobOutcome outcome) {
  JobSnapshot job;
  job.device = "swp1";
  job.outcome = outcome;
  job.from_version = "1.2.0";
  job.version = "1.3.0";
  job.bank = "B";
  job.committed = true;
  job.seconds = 13.14;
  job.state = "bank A holds 1.2.0, bank B runs 1.3.0";
  return job;
}

TEST(OutcomeText, TellsWhatADeviceRunsNow) {
  EXPECT_EQ(OutcomeText(Ended(JobOutcome::kUpdated)),
            "updated 1.2.0 -> 1.3.0 (bank B, committed) in 13.1 s");
  JobSnapshot job = Ended(JobOutcome::kUpdated);
  job.committed = false;
  EXPECT_EQ(OutcomeText(job), "updated 1.2.0 -> 1.3.0 (bank B, not committed) in 13.1 s");
  job.bank = job.from_version = job.version = "";
  EXPECT_EQ(OutcomeText(job), "updated ? -> ? in 13.1 s");
}

TEST(OutcomeText, TellsWhatWasNotDone) {
  EXPECT_EQ(OutcomeText(Ended(JobOutcome::kUpToDate)), "runs 1.3.0 already");
  EXPECT_EQ(OutcomeText(Ended(JobOutcome::kDownloaded)),
            "loaded into bank B, not started, in 13.1 s; bank A holds 1.2.0, bank B runs 1.3.0");
}

TEST(OutcomeText, TellsWhereAJobFailedAndWhatTheDeviceHolds) {
  JobSnapshot job = Ended(JobOutcome::kFailed);
  job.failure = JobFailure{.phase = Phase::kWriting};
  EXPECT_EQ(OutcomeText(job), "failed while writing; bank A holds 1.2.0, bank B runs 1.3.0");
  job.outcome = JobOutcome::kRefused;
  job.failure->phase = Phase::kIdle;
  job.state = "";
  EXPECT_EQ(OutcomeText(job), "refused");
  job.outcome = JobOutcome::kRolledBack;
  EXPECT_EQ(OutcomeText(job), "rolled-back");
}

TEST(BarRow, HasNameBarPercentPhaseAndTimeLeft) {
  EXPECT_EQ(
      BarRow(Running(Phase::kWriting, 50), 200),
      "swp1       [############............]  50 %  writing      1:02 left   writing the image");
  JobSnapshot job = Running(Phase::kProgramming, 0);
  job.eta_seconds.reset();
  EXPECT_EQ(
      BarRow(job, 200),
      "swp1       [........................]   0 %  programming              writing the image");
}

TEST(BarRow, IsShorterThanTheTerminalIsWide) {
  for (const std::size_t columns : {1U, 20U, 80U, 92U}) {
    EXPECT_LT(BarRow(Running(Phase::kWriting, 99), columns).size(), columns);
  }
}

TEST(BarRow, IsFullAtAHundredPercent) {
  EXPECT_NE(BarRow(Running(Phase::kProgramming, 100), 200).find("[########################]"),
            std::string::npos);
}

/// What a display prints while `show` uses it.
template <class Show>
std::string Printed(Show show) {
  testing::internal::CaptureStdout();
  show();
  return testing::internal::GetCapturedStdout();
}

TEST(LineDisplay, PrintsALineWhenAPhaseBegins) {
  const Output output(false);
  LineDisplay display(output);
  EXPECT_EQ(Printed([&] {
              display.Show(Running(Phase::kPreparing, 1));
              display.Show(Running(Phase::kWriting, 2));
              display.Show(Running(Phase::kWriting, 3));
              display.Show(Ended(JobOutcome::kUpToDate));
            }),
            "swp1: preparing\nswp1: writing\nswp1: runs 1.3.0 already\n");
}

TEST(LineDisplay, ShowsANewJobOfADeviceFromItsBeginning) {
  const Output output(false);
  LineDisplay display(output);
  const auto job = [&] {
    display.Show(Running(Phase::kWriting, 2));
    display.Show(Ended(JobOutcome::kUpToDate));
  };
  const std::string once = Printed(job);
  EXPECT_EQ(Printed(job), once);
}

TEST(JsonDisplay, PrintsPhasesAndPercentAsTheyChange) {
  SimulatedScheduler scheduler;
  const Output output(true);
  JsonDisplay display(output, scheduler);
  const std::string text = Printed([&] {
    display.Show(Running(Phase::kWriting, 2));
    display.Show(Running(Phase::kWriting, 2));  // nothing new
    display.Show(Running(Phase::kWriting, 3));
  });
  EXPECT_EQ(std::ranges::count(text, '\n'), 3);
  EXPECT_TRUE(
      text.starts_with("{\"event\":\"phase\",\"device\":\"swp1\",\"phase\":\"writing\"}\n"));
}

TEST(JsonDisplay, IsNotSilentForMoreThanASecond) {
  SimulatedScheduler scheduler;
  const Output output(true);
  JsonDisplay display(output, scheduler);
  EXPECT_NE(Printed([&] { display.Show(Running(Phase::kWriting, 2)); }), "");
  ASSERT_TRUE(scheduler.Run(scheduler.Sleep(999ms)));
  EXPECT_EQ(Printed([&] { display.Show(Running(Phase::kWriting, 2)); }), "");
  ASSERT_TRUE(scheduler.Run(scheduler.Sleep(1ms)));
  EXPECT_NE(Printed([&] { display.Show(Running(Phase::kWriting, 2)); }), "");
}

}  // namespace
}  // namespace reflash::cli
