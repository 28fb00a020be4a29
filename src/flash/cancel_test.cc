// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "flash/flash_world.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// The moments at which each step of an update is halfway, in milliseconds since it began.
constexpr int kInPrepare = 500;
constexpr int kInSecondWrite = 2500;
constexpr int kInFinish = 4500;
constexpr int kInRun = 7500;
constexpr int kInCommit = 9500;
constexpr int kInCleanup = 11500;

struct Canceled {
  Result<void> answer;
  JobSnapshot last;
};

/// Updates, and cancels `after` it began.
Canceled CancelAfter(FlashWorld& world, int after, JobOptions options = {}) {
  const std::shared_ptr<Job> job = world.Admit(options).value();
  Canceled result;
  world.At(milliseconds(after), [&] { result.answer = job->Cancel(); });
  result.last = world.Execute(job);
  return result;
}

TEST(Cancel, EndsTheRunningOperationWhereTheDeviceCanStop) {
  struct Row {
    int after;
    Phase phase;
    std::uint64_t remaining;
    double seconds;
  };
  for (const Row& row : {Row{kInPrepare, Phase::kPreparing, 2501, 0.5},
                         Row{kInSecondWrite, Phase::kWriting, 1501, 2.5},
                         Row{kInFinish, Phase::kProgramming, 0, 4.5}}) {
    FlashWorld world;
    const Canceled canceled = CancelAfter(world, row.after);
    EXPECT_TRUE(canceled.answer);
    EXPECT_EQ(canceled.last.outcome, JobOutcome::kCanceled);
    EXPECT_EQ(canceled.last.failure->code, ErrorCode::kCanceled);
    EXPECT_EQ(canceled.last.failure->phase, row.phase);
    EXPECT_EQ(canceled.last.failure->remaining_bytes, row.remaining);
    EXPECT_EQ(canceled.last.seconds, row.seconds + 2) << "Cleanup and a look follow";
    EXPECT_EQ(canceled.last.state, "bank A runs 1.2.0, bank B is empty");
    EXPECT_EQ(world.hardware().Count("cancel"), 1);
    EXPECT_EQ(world.hardware().Count("cleanup"), 1);
    EXPECT_FALSE(world.Journal());
  }
}

TEST(Cancel, IsHonouredBetweenStepsOfADriverThatDoesNotLook) {
  struct Row {
    int after;
    std::string calls;
  };
  for (const Row& row : {Row{kInPrepare, "prepare cancel cleanup inspect"},
                         Row{kInSecondWrite, "write cancel cleanup inspect"},
                         Row{3500, "write cancel cleanup inspect"},
                         Row{kInFinish, "finish cancel inspect cleanup inspect"}}) {
    FlashWorld world;
    world.hardware().honours_stop = false;
    const Canceled canceled = CancelAfter(world, row.after);
    EXPECT_EQ(canceled.last.outcome, JobOutcome::kCanceled);
    EXPECT_THAT(world.hardware().Calls(), testing::EndsWith(row.calls));
  }
}

TEST(Cancel, PastThePointOfNoReturnIsRefusedAndTheJobGoesOn) {
  struct Row {
    int after;
    std::string why;
  };
  for (const Row& row :
       {Row{kInRun, "the device is starting the new image"},
        Row{kInCommit, "the device is committing"}, Row{kInCleanup, "the job is at its end"}}) {
    FlashWorld world;
    const Canceled canceled = CancelAfter(world, row.after);
    ASSERT_FALSE(canceled.answer) << row.after;
    EXPECT_EQ(canceled.answer.error().code(), ErrorCode::kBusy);
    EXPECT_EQ(canceled.answer.error().Message(), "cannot be stopped now: " + row.why);
    EXPECT_EQ(canceled.last.outcome, JobOutcome::kUpdated);
    EXPECT_EQ(world.hardware().Count("cancel"), 0);
  }
}

TEST(Cancel, IsRefusedByADriverThatPassedThePointOfNoReturn) {
  FlashWorld world;
  world.hardware().before["finish"] = [](Job* job) -> Result<void> {
    job->PassPointOfNoReturn("the card authenticates the image");
    return {};
  };
  const Canceled canceled = CancelAfter(world, kInFinish);
  EXPECT_EQ(canceled.answer.error().Message(),
            "cannot be stopped now: the card authenticates the image");
  EXPECT_EQ(canceled.last.outcome, JobOutcome::kUpdated);
}

TEST(Cancel, IsPossibleAgainOnceTheStepWithThePointOfNoReturnHasEnded) {
  FlashWorld world;
  world.hardware().info.capabilities.read_back = true;
  world.hardware().before["finish"] = [](Job* job) -> Result<void> {
    job->PassPointOfNoReturn("the card authenticates the image");
    return {};
  };
  const Canceled canceled = CancelAfter(world, 6500);  // in ReadBack
  EXPECT_TRUE(canceled.answer);
  EXPECT_EQ(canceled.last.outcome, JobOutcome::kCanceled);
  EXPECT_EQ(canceled.last.state, "bank A runs 1.2.0, bank B holds 1.3.0");
}

TEST(Cancel, IsRefusedInTheWordsOfTheDriver) {
  FlashWorld world;
  world.hardware().cancel_answer = Fail(ErrorCode::kBusy, "the card is erasing");
  const Canceled canceled = CancelAfter(world, kInPrepare);
  EXPECT_EQ(canceled.answer.error().code(), ErrorCode::kBusy);
  EXPECT_EQ(canceled.answer.error().Message(), "cannot be stopped now: the card is erasing");
  EXPECT_EQ(canceled.last.outcome, JobOutcome::kUpdated);
}

TEST(Cancel, TwiceIsTheSameAsOnce) {
  FlashWorld world;
  world.hardware().honours_stop = false;
  const std::shared_ptr<Job> job = world.Admit().value();
  std::vector<bool> answers;
  for (const int after : {1200, 1400}) {
    world.At(milliseconds(after), [&] { answers.push_back(job->Cancel().has_value()); });
  }
  EXPECT_EQ(world.Execute(job).outcome, JobOutcome::kCanceled);
  EXPECT_EQ(answers, (std::vector<bool>{true, true}));
  EXPECT_EQ(world.hardware().Count("cancel"), 1);
}

TEST(Cancel, AfterTheEndFindsNothing) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  world.Execute(job);
  const Result<void> answer = job->Cancel();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(world.hardware().Count("cancel"), 0);
  EXPECT_EQ(job->snapshot().outcome, JobOutcome::kUpdated);
}

TEST(Cancel, BeforeItBeganEndsTheJobAtOnceAndTheDeviceIsNotTouched) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  world.hardware().calls.clear();
  EXPECT_TRUE(job->Cancel());
  EXPECT_EQ(job->snapshot().outcome, JobOutcome::kCanceled);
  EXPECT_EQ(job->snapshot().failure->message, "canceled before it began");
  EXPECT_EQ(job->snapshot().failure->phase, Phase::kStarting);
  EXPECT_EQ(world.Execute(job).outcome, JobOutcome::kCanceled);
  EXPECT_TRUE(world.hardware().calls.empty());
  EXPECT_EQ(world.Flash().outcome, JobOutcome::kUpdated) << "the claim was not given back";
}

TEST(Cancel, InTheMomentOfTheBeginningEndsItBeforePrepare) {
  FlashWorld world;
  world.hardware().BecomeSingleBank();  // the engine asks for traffic before it begins
  const Canceled canceled = CancelAfter(world, 500, {.allow_single_bank = true});
  EXPECT_TRUE(canceled.answer);
  EXPECT_EQ(canceled.last.outcome, JobOutcome::kCanceled);
  EXPECT_EQ(world.hardware().Count("prepare"), 0);
  EXPECT_EQ(world.hardware().Count("cleanup"), 0);
  EXPECT_EQ(world.hardware().Count("cancel"), 0) << "the driver was not at work";
  EXPECT_FALSE(world.Journal());
}

TEST(Cancel, ThatADeviceAnswersWithAnErrorOfItsOwnIsAFailure) {
  FlashWorld world;
  world.hardware().honours_stop = false;
  world.hardware().after["write"] = Failing(ErrorCode::kHwError, "the device has crashed");
  const Canceled canceled = CancelAfter(world, 1500);
  EXPECT_EQ(canceled.last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(canceled.last.failure->message, "the device has crashed");
}

// All moments at once

TEST(Cancel, AtAnyMomentLeavesTheDeviceInOrder) {
  for (const bool honours_stop : {true, false}) {
    for (int after = 0; after < 13000; after += 375) {
      FlashWorld world;
      world.hardware().honours_stop = honours_stop;
      const Canceled canceled = CancelAfter(world, after);
      const JobOutcome expected = canceled.answer ? JobOutcome::kCanceled : JobOutcome::kUpdated;
      EXPECT_EQ(canceled.last.outcome, expected) << after;
      EXPECT_LE(world.hardware().Count("cleanup"), 1) << after;
      EXPECT_EQ(world.hardware().Count("cleanup"), world.hardware().Count("prepare")) << after;
      EXPECT_FALSE(world.hardware().open) << after;
      EXPECT_TRUE(world.hardware().Running().valid) << after;
      EXPECT_TRUE(world.hardware().Running().committed) << after;
      EXPECT_FALSE(world.Journal()) << after;
      EXPECT_TRUE(world.Inspect()->info) << after;
    }
  }
}

}  // namespace
}  // namespace reflash
