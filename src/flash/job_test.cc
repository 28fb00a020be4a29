// SPDX-License-Identifier: Apache-2.0
#include "flash/job.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "flash/flash_world.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Watches a job, with a pause after each picture.
Task<void> Collect(FlashWorld& world, std::shared_ptr<const Job> job, Duration pause,
                   std::vector<JobSnapshot>& seen) {
  Job::Watcher watcher = Job::Watch(std::move(job));
  while (true) {
    std::optional<JobSnapshot> picture = co_await watcher.Next();
    if (!picture) co_return;
    seen.push_back(*std::move(picture));
    co_await world.scheduler().Sleep(pause);
  }
}

/// What a watcher sees of an update that it watches from the beginning.
std::vector<JobSnapshot> WatchUpdate(FlashWorld& world, Duration pause = {}) {
  const std::shared_ptr<Job> job = world.Admit().value();
  std::vector<JobSnapshot> seen;
  const auto ended =
      world.Later<void>(Duration::zero(), [&] { return Collect(world, job, pause, seen); });
  world.Execute(job);
  EXPECT_TRUE(world.scheduler().Run(world.scheduler().Sleep(pause + pause)));
  EXPECT_TRUE(ended->has_value()) << "the watcher waits for more";
  return seen;
}

void ExpectOneEnd(const std::vector<JobSnapshot>& seen) {
  ASSERT_FALSE(seen.empty());
  for (std::size_t index = 0; index + 1 < seen.size(); ++index) {
    EXPECT_FALSE(seen[index].outcome) << index;
  }
  EXPECT_TRUE(seen.back().outcome);
}

TEST(JobWatcher, SeesEachPhaseAndTheEndOnce) {
  FlashWorld world;
  const std::vector<JobSnapshot> seen = WatchUpdate(world);
  ExpectOneEnd(seen);
  std::vector<Phase> phases;
  for (const JobSnapshot& picture : seen) {
    if (phases.empty() || phases.back() != picture.phase) phases.push_back(picture.phase);
  }
  EXPECT_EQ(phases, (std::vector{Phase::kStarting, Phase::kPreparing, Phase::kWriting,
                                 Phase::kProgramming, Phase::kIdle}));
}

TEST(JobWatcher, SeesEachBlockThatTheDeviceTook) {
  FlashWorld world;
  std::vector<std::uint64_t> remaining;
  for (const JobSnapshot& picture : WatchUpdate(world)) {
    EXPECT_EQ(picture.image_bytes, 2501);
    if (picture.phase == Phase::kWriting) remaining.push_back(picture.remaining_bytes);
    if (picture.phase == Phase::kWriting && picture.total > 0) {
      EXPECT_EQ(picture.done, 2501 - picture.remaining_bytes);
    }
  }
  EXPECT_EQ(remaining, (std::vector<std::uint64_t>{2501, 1501, 501}));
}

TEST(JobWatcher, ThatIsSlowMissesPicturesButNotTheLast) {
  FlashWorld world;
  const std::vector<JobSnapshot> seen = WatchUpdate(world, seconds(4));
  EXPECT_LE(seen.size(), 6);
  ExpectOneEnd(seen);
  EXPECT_EQ(seen.back().outcome, JobOutcome::kUpdated);
}

TEST(JobWatcher, SeesTheEndOnlyAfterCleanup) {
  FlashWorld world;
  world.hardware().before["write"] = Failing(ErrorCode::kHwError, "no");
  std::shared_ptr<Job> job = world.Admit().value();
  const Job& watched = *job;
  world.hardware().after["cleanup"] = Doing([&] { EXPECT_FALSE(watched.ended()); });
  world.Execute(job);
  EXPECT_TRUE(job->ended());
}

TEST(JobWatcher, SeesTheEndOnceTheHardwareIsFreeAgain) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  bool free_at_the_end = false;
  struct Look {
    static Task<void> AfterTheEnd(FlashWorld& world, std::shared_ptr<Job> job, bool& is_free) {
      Job::Watcher watcher = Job::Watch(std::move(job));
      while (co_await watcher.Next()) {
      }
      is_free = world.ledger().TryClaim("fake:1", "x", "test").has_value() && !world.Journal();
    }
  };
  const auto looked = world.Later<void>(
      Duration::zero(), [&] { return Look::AfterTheEnd(world, job, free_at_the_end); });
  world.Execute(job);
  ASSERT_TRUE(world.scheduler().Run(world.scheduler().Sleep(seconds(1))));
  EXPECT_TRUE(free_at_the_end);
}

TEST(JobWatcher, MayBeOneOfMany) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  std::vector<std::vector<JobSnapshot>> seen(50);
  std::vector<std::shared_ptr<std::optional<Result<void>>>> ends;
  for (std::size_t index = 0; index < seen.size(); ++index) {
    ends.push_back(world.Later<void>(milliseconds(100 * index), [&, index] {
      return Collect(world, job, milliseconds(index), seen[index]);
    }));
  }
  world.Execute(job);
  ASSERT_TRUE(world.scheduler().Run(world.scheduler().Sleep(seconds(1))));
  for (const auto& one : seen) ExpectOneEnd(one);
  for (const auto& end : ends) EXPECT_TRUE(end->has_value());
}

TEST(JobWatcher, ThatComesAfterTheEndSeesTheLastPicture) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  world.Execute(job);
  std::vector<JobSnapshot> seen;
  EXPECT_TRUE(world.scheduler().Run(Collect(world, job, Duration::zero(), seen)));
  ASSERT_EQ(seen.size(), 1);
  EXPECT_EQ(seen[0], job->snapshot());
}

TEST(JobWatcher, SurvivesTheEngineAndEverybodyElseWhoHadTheJob) {
  FlashWorld world;
  std::shared_ptr<Job> job = world.Admit().value();
  Job::Watcher watcher = Job::Watch(job);
  world.Execute(job);
  job.reset();
  world.process().engine.reset();
  EXPECT_EQ(world.scheduler().Run(watcher.Next()).value()->outcome, JobOutcome::kUpdated);
  EXPECT_FALSE(world.scheduler().Run(watcher.Next()).value());
}

TEST(JobWatcher, OfAJobThatIsCanceledBeforeItBeganSeesTheEnd) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  std::vector<JobSnapshot> seen;
  world.At(seconds(1), [&] { EXPECT_TRUE(job->Cancel()); });
  EXPECT_TRUE(world.scheduler().Run(Collect(world, job, Duration::zero(), seen)));
  ExpectOneEnd(seen);
}

TEST(JobWatcher, CanBeStopped) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  Job::Watcher watcher = Job::Watch(job);
  ASSERT_TRUE(world.scheduler().Run(watcher.Next()));
  std::stop_source stop;
  world.At(seconds(1), [&] { stop.request_stop(); });
  const auto picture = world.scheduler().Run(watcher.Next(stop.get_token()));
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().code(), ErrorCode::kCanceled);
  EXPECT_EQ(world.Execute(job).outcome, JobOutcome::kUpdated) << "a job survives its watchers";
}

TEST(Job, ShowsAPercentageThatNeverGoesBackAndIs100OnlyInTheEnd) {
  for (const bool fails : {false, true}) {
    FlashWorld world;
    if (fails) world.hardware().after["run"] = Failing(ErrorCode::kTimeout, "not up");
    int percent = 0;
    const std::vector<JobSnapshot> seen = WatchUpdate(world);
    for (const JobSnapshot& picture : seen) {
      EXPECT_GE(picture.percent, percent);
      EXPECT_EQ(picture.percent == 100, picture.outcome == JobOutcome::kUpdated);
      percent = picture.percent;
    }
    EXPECT_GT(percent, 50);
    EXPECT_EQ(seen.back().eta_seconds, std::nullopt);
  }
}

TEST(Job, ShowsAReportOfTheDriverAsItIs) {
  FlashWorld world;
  world.hardware().before["finish"] = [](Job* job) -> Result<void> {
    job->Report(Phase::kWriting, 10, 20, "validating, second pass");
    return {};
  };
  bool seen = false;
  for (const JobSnapshot& picture : WatchUpdate(world)) {
    if (picture.words != "validating, second pass") continue;
    seen = true;
    EXPECT_EQ(picture.phase, Phase::kWriting);
    EXPECT_EQ(picture.done, 10);
    EXPECT_EQ(picture.total, 20);
    EXPECT_EQ(picture.remaining_bytes, 0) << "the device has the whole image";
  }
  EXPECT_TRUE(seen);
}

TEST(Job, IsFreedOnceItHasEndedAndNobodyHasIt) {
  FlashWorld world;
  std::shared_ptr<Job> job = world.Admit().value();
  const std::weak_ptr<Job> observed = job;
  world.Execute(job);
  job.reset();
  EXPECT_TRUE(observed.expired());
}

}  // namespace
}  // namespace reflash
