// SPDX-License-Identifier: Apache-2.0
// Updates that fail, and those that only seem to succeed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "flash/flash_world.h"

namespace reflash {
namespace {

using testing::HasSubstr;

// Failures

struct FailingStep {
  std::string call;
  Phase phase;
  std::uint64_t remaining;
  JobOutcome outcome;
};

const std::vector<FailingStep>& FailingSteps() {
  static const std::vector<FailingStep> kSteps{
      {"prepare", Phase::kPreparing, 2501, JobOutcome::kFailed},
      {"write", Phase::kWriting, 2501, JobOutcome::kFailed},
      {"finish", Phase::kProgramming, 0, JobOutcome::kFailed},
      {"read-back", Phase::kProgramming, 0, JobOutcome::kFailed},
      {"run", Phase::kProgramming, 0, JobOutcome::kRolledBack},
      {"commit", Phase::kProgramming, 0, JobOutcome::kFailed},
  };
  return kSteps;
}

TEST(UpdateFailure, ThatFailsKeepsThePhaseTheBytesThatWereLeftAndTheCause) {
  for (const FailingStep& step : FailingSteps()) {
    FlashWorld world;
    world.hardware().info.capabilities.read_back = true;
    world.hardware().before[step.call] = [](Job* /*job*/) -> Result<void> {
      return Fail(Error(ErrorCode::kWearout, "block 7 was not taken")
                      .Because(Error(ErrorCode::kHwError, "status 45h")));
    };
    const JobSnapshot last = world.Flash();
    EXPECT_EQ(last.outcome, step.outcome) << step.call;
    ASSERT_TRUE(last.failure) << step.call;
    EXPECT_EQ(last.failure->code, ErrorCode::kWearout) << step.call;
    EXPECT_EQ(last.failure->phase, step.phase) << step.call;
    EXPECT_EQ(last.failure->remaining_bytes, step.remaining) << step.call;
    EXPECT_EQ(last.failure->message, "block 7 was not taken: status 45h") << step.call;
    EXPECT_EQ(last.remaining_bytes, step.remaining) << step.call;
    EXPECT_LT(last.percent, 100) << step.call;
  }
}

TEST(UpdateFailure, CleansUpOnceWhereverItFailsAndLooksAtTheDeviceAfterwards) {
  for (const FailingStep& step : FailingSteps()) {
    FlashWorld world;
    world.hardware().info.capabilities.read_back = true;
    world.hardware().before[step.call] = Failing(ErrorCode::kHwError, "no");
    world.Flash();
    EXPECT_EQ(world.hardware().Count("cleanup"), 1) << step.call;
    EXPECT_THAT(world.hardware().Calls(), testing::EndsWith("cleanup inspect")) << step.call;
    EXPECT_FALSE(world.Journal()) << step.call;
  }
}

TEST(UpdateFailure, TellsCleanupHowItEnded) {
  class Curious : public FakeDevice {
   public:
    Curious(Scheduler& scheduler, FakeHardware& hardware, std::vector<std::string>& outcomes)
        : FakeDevice(scheduler, hardware), outcomes_(outcomes) {}

   private:
    Task<void> DoCleanup(Job& /*job*/, const Result<void>& outcome) override {
      outcomes_.push_back(outcome ? "good" : outcome.error().Message());
      co_return;
    }
    std::vector<std::string>& outcomes_;
  };
  FlashWorld world;
  std::vector<std::string> outcomes;
  ASSERT_TRUE(world.scheduler().Run(world.engine().Unregister("card0", false)));
  ASSERT_TRUE(world.engine().Register(
      "card0", std::make_unique<Curious>(world.scheduler(), world.hardware(), outcomes)));
  world.hardware().before["finish"] = Failing(ErrorCode::kInvalidImage, "bad signature");
  world.Flash();
  world.hardware().before.clear();
  world.Flash();
  EXPECT_EQ(outcomes, (std::vector<std::string>{"bad signature", "good"}));
}

/// A driver that miscounts.
class Miscounting : public FakeDevice {
 public:
  Miscounting(Scheduler& scheduler, FakeHardware& hardware, std::uint64_t taken)
      : FakeDevice(scheduler, hardware), taken_(taken) {}

 private:
  Task<std::uint64_t> DoWrite(Job& /*job*/, std::uint64_t /*offset*/) override { co_return taken_; }
  std::uint64_t taken_;
};

TEST(UpdateFailure, TreatsNoByteOrMoreThanWasLeftAsAnErrorOfTheDriver) {
  for (const std::uint64_t taken : {std::uint64_t{0}, std::uint64_t{2502}, ~std::uint64_t{0}}) {
    FlashWorld world;
    ASSERT_TRUE(world.scheduler().Run(world.engine().Unregister("card0", false)));
    ASSERT_TRUE(world.engine().Register(
        "card0", std::make_unique<Miscounting>(world.scheduler(), world.hardware(), taken)));
    const JobSnapshot last = world.Flash();
    EXPECT_EQ(last.outcome, JobOutcome::kFailed);
    EXPECT_EQ(last.failure->code, ErrorCode::kRwError);
    EXPECT_EQ(last.failure->phase, Phase::kWriting);
    EXPECT_EQ(last.failure->remaining_bytes, 2501);
    EXPECT_EQ(last.failure->message,
              fmt::format("the driver took {} of the 2501 bytes left at offset 0", taken));
    EXPECT_EQ(world.hardware().Count("cleanup"), 1);
  }
}

TEST(UpdateFailure, KeepsTheFirstFailureWhenCleanupFailsToo) {
  FlashWorld world;
  world.hardware().before["write"] = Failing(ErrorCode::kHwError, "status 45h");
  world.hardware().before["cleanup"] = Failing(ErrorCode::kTimeout, "no answer in 5 s");
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(last.failure->code, ErrorCode::kHwError);
  EXPECT_EQ(last.failure->phase, Phase::kWriting);
  EXPECT_EQ(last.failure->message,
            "status 45h; then the device could not be put back in order: no answer in 5 s");
  EXPECT_TRUE(world.Journal());
}

TEST(UpdateFailure, ThatCannotCleanUpHasFailed) {
  FlashWorld world;
  world.hardware().before["cleanup"] = Failing(ErrorCode::kTimeout, "no answer in 5 s");
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(last.failure->message, "the device could not be put back in order: no answer in 5 s");
  EXPECT_EQ(last.version, "1.3.0");
  EXPECT_LT(last.percent, 100);
}

TEST(UpdateFailure, OfADeviceThatEndsItByItselfHasFailedAndWasNotCanceled) {
  FlashWorld world;
  world.hardware().before["finish"] = Failing(ErrorCode::kCanceled, "ended by its other host");
  EXPECT_EQ(world.Flash().outcome, JobOutcome::kFailed);
}

TEST(UpdateFailure, TellsWhatWasThereWhenTheDeviceIsGoneInTheEnd) {
  FlashWorld world;
  world.hardware().after["write"] = Doing([&] { world.hardware().reachable = false; });
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(last.failure->code, ErrorCode::kRwError);
  EXPECT_EQ(last.failure->remaining_bytes, 1501);
  EXPECT_EQ(last.state,
            "what the device holds now could not be read (the device does not answer); before, "
            "bank A runs 1.2.0, bank B is empty");
}

// Verification

TEST(UpdateFailure, DoesNotStartAnImageOfTheWrongVersion) {
  FlashWorld world;
  world.hardware().image_version = Version{9, 9, 9};
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(last.failure->code, ErrorCode::kHwError);
  EXPECT_EQ(last.failure->message, "bank B now holds 9.9.9; 1.3.0 was expected");
  EXPECT_EQ(last.version, "1.2.0");
  EXPECT_EQ(world.hardware().Count("run"), 0);
}

TEST(UpdateFailure, DoesNotStartAnImageThatTheDeviceFindsBroken) {
  FlashWorld world;
  world.hardware().after["finish"] = Doing([&] { world.hardware().Idle().valid = false; });
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.failure->message, "the device took the image, but bank B is not valid");
  EXPECT_EQ(world.hardware().Count("run"), 0);
}

TEST(UpdateFailure, GoesBackWhenTheNewImageDoesNotComeUp) {
  FlashWorld world;
  world.hardware().after["run"] = Failing(ErrorCode::kTimeout, "not up within 60 s");
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kRolledBack);
  EXPECT_EQ(last.failure->code, ErrorCode::kTimeout);
  EXPECT_EQ(last.failure->message, "not up within 60 s");
  EXPECT_EQ(last.version, "1.2.0");
  EXPECT_TRUE(last.committed);
  EXPECT_EQ(last.state, "bank A runs 1.2.0, bank B holds 1.3.0");
  EXPECT_EQ(world.hardware().Count("rollback"), 1);
  EXPECT_EQ(world.hardware().Count("commit"), 0);
}

TEST(UpdateFailure, GoesBackWhenTheNewImageComesUpAsAnotherVersion) {
  FlashWorld world;
  world.hardware().after["run"] = Doing([&] { world.hardware().info.version = Version{1, 2, 9}; });
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kRolledBack);
  EXPECT_EQ(last.failure->message, "the device came up with 1.2.9; 1.3.0 was expected");
  EXPECT_EQ(last.version, "1.2.0");
}

TEST(UpdateFailure, GoesBackWhenTheNewImageAnswersToNobody) {
  FlashWorld world;
  world.hardware().after["run"] = Doing([&] {
    world.hardware().before["inspect"] = Failing(ErrorCode::kRwError, "not acknowledged");
  });
  world.hardware().before["rollback"] = Doing([&] { world.hardware().before.erase("inspect"); });
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kRolledBack);
  EXPECT_EQ(last.failure->message, "not acknowledged");
}

TEST(UpdateFailure, DoesNotAskADeviceToGoBackThatNeverLeftItsOldImage) {
  FlashWorld world;
  world.hardware().before["run"] = Failing(ErrorCode::kHwError, "the device refuses");
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kRolledBack);
  EXPECT_EQ(world.hardware().Count("rollback"), 0) << "it would have started the new image";
  EXPECT_EQ(last.version, "1.2.0");
}

TEST(UpdateFailure, SeesADeviceThatFellBackByItself) {
  FlashWorld world;
  world.hardware().after["run"] = Doing([&] { world.hardware().RunBank("A"); });
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kRolledBack);
  EXPECT_EQ(last.failure->message,
            "the device does not run the new image: bank A runs 1.2.0, bank B holds 1.3.0");
  EXPECT_EQ(world.hardware().Count("rollback"), 0);
}

TEST(UpdateFailure, SaysTheTruthWhenGoingBackFails) {
  FlashWorld world;
  world.hardware().after["run"] = Failing(ErrorCode::kTimeout, "not up within 60 s");
  world.hardware().before["rollback"] = Failing(ErrorCode::kHwError, "the device refuses");
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(last.failure->code, ErrorCode::kTimeout);
  EXPECT_EQ(last.failure->message,
            "not up within 60 s; then going back failed: the device refuses");
  EXPECT_EQ(last.version, "1.3.0");
  EXPECT_FALSE(last.committed);
  EXPECT_EQ(last.state, "bank A holds 1.2.0 (committed), bank B runs 1.3.0 (not committed)");
}

TEST(UpdateFailure, DoesNotBelieveARollbackThatDidNothing) {
  FlashWorld world;
  world.hardware().after["run"] = Failing(ErrorCode::kTimeout, "not up within 60 s");
  world.hardware().after["rollback"] = Doing([&] { world.hardware().RunBank("B"); });
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(last.failure->message, "not up within 60 s; then going back failed");
}

TEST(UpdateFailure, DoesNotBelieveACommitThatTheDeviceDoesNotShow) {
  FlashWorld world;
  world.hardware().after["commit"] = Doing([&] {
    world.hardware().info.banks[0].committed = true;
    world.hardware().info.banks[1].committed = false;
  });
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_THAT(last.failure->message, HasSubstr("accepted the commit but does not show it"));
  EXPECT_EQ(last.version, "1.3.0");
  EXPECT_FALSE(last.committed);
}

}  // namespace
}  // namespace reflash
