// SPDX-License-Identifier: Apache-2.0
#include "cli/job_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/simulated_scheduler.h"
#include "cli/flash_rack.h"
#include "ledger/ledger_fixture.h"

namespace reflash::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JobWatchTest : public LedgerTest {
 protected:
  /// A job of some process: its claim, and what it publishes.
  struct Process {
    Claim claim;
    JobSnapshot snapshot;
  };

  std::shared_ptr<Process> Begin(const std::string& device, const std::string& address,
                                 const std::string& purpose = "flash") {
    auto process = std::make_shared<Process>(
        Process{ledger_.TryClaim(address, device, purpose).value(), Snapshot(device, address)});
    Publish(*process);
    return process;
  }
  void Publish(const Process& process) {
    ASSERT_TRUE(ledger_.Publish(process.claim, process.snapshot));
  }
  void At(Duration after, std::function<void()> act) {
    scheduler_.AddTimer(scheduler_.Now() + after, std::move(act));
  }
  void EndAt(Duration after, std::shared_ptr<Process> process, JobOutcome outcome) {
    At(after, [this, process, outcome] {
      process->snapshot.outcome = outcome;
      if (outcome == JobOutcome::kFailed) process->snapshot.failure = JobFailure{};
      Publish(*process);
    });
  }
  /// Writes down that an update was begun, as its process does before it writes.
  void Journal(const std::string& address) {
    ASSERT_TRUE(ledger_.Begin({.hardware_address = address,
                               .device = "swp1",
                               .image_name = "fw.bin",
                               .image_sha256 = std::string(64, '0'),
                               .pid = 1,
                               .begun_at = "2025-11-21T07:30:00Z",
                               .phase = Phase::kPreparing,
                               .words = "loading"}));
  }

  Result<std::vector<JobSnapshot>> Watch(std::string only = "", std::stop_token stop = {}) {
    JobWatch watch(scheduler_, ledger_, display_,
                   [only](const std::string& device) { return only.empty() || device == only; });
    return scheduler_.Run(watch.Run(std::move(stop)));
  }

  SimulatedScheduler scheduler_;
  DisplayLog display_;
};

TEST_F(JobWatchTest, WithoutJobsItEndsAtOnce) {
  EXPECT_THAT(Watch().value(), IsEmpty());
  EXPECT_EQ(scheduler_.Now(), TimePoint{});
}

TEST_F(JobWatchTest, ShowsEachChangeUntilAllHaveEnded) {
  const auto first = Begin("swp1", "i2c:1");
  const auto second = Begin("swp2", "i2c:2");
  At(1s, [&] {
    first->snapshot.percent = 40;
    Publish(*first);
  });
  EndAt(2s, first, JobOutcome::kUpdated);
  EndAt(3s, second, JobOutcome::kFailed);
  const auto jobs = Watch().value();
  EXPECT_EQ(FlashRack::Outcomes(jobs), "updated failed");
  EXPECT_EQ(display_.pictures.size(), 5U);
  EXPECT_EQ(display_.pictures[2].percent, 40);
  EXPECT_LT(ToSeconds(scheduler_.Now() - TimePoint{}), 3.3);
}

TEST_F(JobWatchTest, FollowsTheWantedDevicesAlone) {
  const auto first = Begin("swp1", "i2c:1");
  const auto second = Begin("swp2", "i2c:2");
  EndAt(1s, first, JobOutcome::kUpdated);
  const auto jobs = Watch("swp1").value();
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].device, "swp1");
}

TEST_F(JobWatchTest, FollowsJobsThatBeginMeanwhile) {
  const auto first = Begin("swp1", "i2c:1");
  std::shared_ptr<Process> second;
  At(1s, [&] {
    second = Begin("swp2", "i2c:2");
    EndAt(2s, second, JobOutcome::kUpdated);
  });
  EndAt(2s, first, JobOutcome::kUpdated);
  EXPECT_EQ(FlashRack::Outcomes(Watch().value()), "updated updated");
}

TEST_F(JobWatchTest, AnEndedJobIsHistory) {
  const auto job = Begin("swp1", "i2c:1");
  job->snapshot.outcome = JobOutcome::kUpdated;
  Publish(*job);
  EXPECT_THAT(Watch().value(), IsEmpty());
}

TEST_F(JobWatchTest, AJobWhoseProcessDiesHasFailed) {
  auto job = Begin("swp1", "i2c:1");
  At(1s, [&] { job.reset(); });
  const auto jobs = Watch().value();
  ASSERT_EQ(FlashRack::Outcomes(jobs), "failed");
  EXPECT_EQ(FlashRack::ExitCodeOf(jobs), ExitCode::kDeviceFailed);
  EXPECT_EQ(jobs[0].failure->phase, Phase::kWriting);
  EXPECT_THAT(jobs[0].failure->message,
              HasSubstr(fmt::format("its process {} is gone", ::getpid())));
}

TEST_F(JobWatchTest, AJobThatHadDiedCountsUntilItsDeviceIsRepaired) {
  Begin("swp1", "i2c:1").reset();
  EXPECT_THAT(Watch().value(), IsEmpty()) << "it had begun nothing";
  Journal("i2c:1");
  EXPECT_EQ(FlashRack::Outcomes(Watch().value()), "failed");
  ASSERT_TRUE(ledger_.Clear("i2c:1"));
  EXPECT_THAT(Watch().value(), IsEmpty());
}

TEST_F(JobWatchTest, OneWhoLooksAtADeviceDoesNotReviveItsDeadJob) {
  Begin("swp1", "i2c:1").reset();
  const Claim look = ledger_.TryClaim("i2c:1", "swp1", "inspect").value();
  EXPECT_THAT(Watch().value(), IsEmpty());
}

TEST_F(JobWatchTest, ANewJobOnTheSameDeviceIsFollowed) {
  auto first = Begin("swp1", "i2c:1");
  const auto other = Begin("swp2", "i2c:2");
  std::shared_ptr<Process> second;
  EndAt(1s, first, JobOutcome::kFailed);
  At(2s, [&] {
    first.reset();
    second = Begin("swp1", "i2c:1");
    EndAt(1s, second, JobOutcome::kUpdated);
  });
  EndAt(4s, other, JobOutcome::kUpdated);
  EXPECT_EQ(FlashRack::Outcomes(Watch().value()), "updated updated");
}

TEST_F(JobWatchTest, AStopEndsTheWatchingAndNotTheJob) {
  const auto job = Begin("swp1", "i2c:1");
  std::stop_source stop;
  At(1s, [&] { stop.request_stop(); });
  const auto result = Watch("", stop.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kCanceled);
  EXPECT_FALSE(ledger_.ReadSnapshot("i2c:1").value()->outcome);
}

}  // namespace
}  // namespace reflash::cli
