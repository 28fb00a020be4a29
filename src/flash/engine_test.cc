// SPDX-License-Identifier: Apache-2.0
#include "flash/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "flash/flash_world.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// Registering

TEST(Engine, RefusesANameThatIsTakenOrEmpty) {
  FlashWorld world;
  for (const std::string name : {"", "card0"}) {
    const Result<void> added = world.engine().Register(
        name, std::make_unique<FakeDevice>(world.scheduler(), world.hardware()));
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST(Engine, RefusesADeviceThatDoesNotSayWhatAndWhereItIs) {
  FlashWorld world;
  EXPECT_EQ(world.engine().Register("card1", nullptr).error().code(), ErrorCode::kInvalidArgument);
  FakeHardware nowhere;
  nowhere.address.clear();
  const Result<void> registered =
      world.engine().Register("card1", std::make_unique<FakeDevice>(world.scheduler(), nowhere));
  EXPECT_EQ(registered.error().Message(), "a device needs a kind and a hardware address");
}

TEST(Engine, GivesDevicesTheLowestNumbersThatAreFree) {
  FlashWorld world;
  world.AddHardware("card1", "fake:2");
  world.AddHardware("card2", "fake:3");
  EXPECT_EQ(world.engine().NumberOf("card0"), 0U);
  EXPECT_EQ(world.engine().NumberOf("card2"), 2U);
  ASSERT_TRUE(world.scheduler().Run(world.engine().Unregister("card1", false)));
  EXPECT_EQ(world.engine().NumberOf("card1"), std::nullopt);
  EXPECT_EQ(world.engine().NumberOf("card2"), 2U) << "it keeps its own";
  world.AddHardware("card3", "fake:4");
  EXPECT_EQ(world.engine().NumberOf("card3"), 1U);
}

TEST(Engine, KnowsTheKindOfADevice) {
  FlashWorld world;
  EXPECT_EQ(world.engine().KindOf("card0"), "fake");
  EXPECT_EQ(world.engine().KindOf("card1"), "");
}

// Unregistering

Result<void> Unregister(FlashWorld& world, bool force = false) {
  return world.scheduler().Run(world.engine().Unregister("card0", force));
}

TEST(Unregister, ForgetsAnIdleDevice) {
  FlashWorld world;
  EXPECT_TRUE(Unregister(world));
  EXPECT_EQ(world.Inspect().error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(Unregister(world).error().code(), ErrorCode::kNotFound);
  EXPECT_TRUE(world.hardware().calls.empty());
}

/// What happens when a device is unregistered some time after its update began.
struct Leaving {
  JobSnapshot last;
  Duration waited{};
  Error refusal{ErrorCode::kHwError, "none"};
};

Leaving UnregisterAfter(FlashWorld& world, int after) {
  const std::shared_ptr<Job> job = world.Admit().value();
  Leaving leaving;
  const auto executed = world.Later<void>(seconds(0), [&] { return world.engine().Execute(job); });
  const auto refused = world.Later<Inspection>(milliseconds(after + 1),
                                               [&] { return world.engine().Inspect("card0"); });
  EXPECT_TRUE(world.scheduler().Run(world.scheduler().Sleep(milliseconds(after))));
  const TimePoint begin = world.scheduler().Now();
  EXPECT_TRUE(Unregister(world));
  leaving.waited = world.scheduler().Now() - begin;
  leaving.last = job->snapshot();
  leaving.refusal = refused->value().error();
  return leaving;
}

TEST(Unregister, CancelsTheRunningJobAndWaitsForItsEnd) {
  for (const int after : {500, 2500, 4500}) {
    FlashWorld world;
    const Leaving leaving = UnregisterAfter(world, after);
    EXPECT_EQ(leaving.last.outcome, JobOutcome::kCanceled) << after;
    EXPECT_EQ(leaving.waited, seconds(2)) << "Cleanup and a look";
    EXPECT_EQ(leaving.refusal.code(), ErrorCode::kBusy);
    EXPECT_EQ(leaving.refusal.Message(), "the device is being removed");
    EXPECT_EQ(world.hardware().Count("cleanup"), 1);
    EXPECT_FALSE(world.Journal());
  }
}

TEST(Unregister, WaitsForAJobThatCannotBeStoppedAndSaysSo) {
  for (const int after : {7500, 9500, 11500}) {
    FlashWorld world;
    const Leaving leaving = UnregisterAfter(world, after);
    EXPECT_EQ(leaving.last.outcome, JobOutcome::kUpdated);
    EXPECT_EQ(leaving.waited, milliseconds(13000 - after));
    ASSERT_EQ(world.process().notices.size(), 1);
    EXPECT_THAT(world.process().notices[0], HasSubstr("card0: cannot be stopped now: "));
  }
}

TEST(Unregister, EndsAJobThatHasNotBegun) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  world.hardware().calls.clear();
  EXPECT_TRUE(Unregister(world));
  EXPECT_EQ(job->snapshot().outcome, JobOutcome::kCanceled);
  world.Add(world.process(), "card0", world.hardware());
  EXPECT_EQ(world.Execute(job).outcome, JobOutcome::kCanceled);
  EXPECT_TRUE(world.hardware().calls.empty());
  EXPECT_EQ(world.Flash().outcome, JobOutcome::kUpdated);
}

TEST(Unregister, LetsNoAdmissionThroughThatWasUnderWay) {
  FlashWorld world;
  const auto admitted = world.Later<std::shared_ptr<Job>>(
      seconds(0), [&] { return world.engine().Admit("card0", FlashWorld::MakeImage(), {}); });
  ASSERT_TRUE(world.scheduler().Run(world.scheduler().Sleep(milliseconds(500))));
  EXPECT_TRUE(Unregister(world));
  ASSERT_TRUE(admitted->has_value()) << "it did not wait for those who look";
  EXPECT_EQ((*admitted)->error().code(), ErrorCode::kBusy);
}

TEST(Unregister, WaitsForAStepOfABankSwitch) {
  FlashWorld world;
  const auto performed = world.Later<DeviceInfo>(
      seconds(0), [&] { return world.engine().Perform("card0", Step::kCommit, {}); });
  ASSERT_TRUE(world.scheduler().Run(world.scheduler().Sleep(milliseconds(1500))));
  EXPECT_TRUE(Unregister(world));
  ASSERT_TRUE(performed->has_value());
  EXPECT_TRUE(**performed);
}

TEST(Unregister, ByForceDoesNotWaitAndTheJobGoesOnByItself) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  const auto executed = world.Later<void>(seconds(0), [&] { return world.engine().Execute(job); });
  ASSERT_TRUE(world.scheduler().Run(world.scheduler().Sleep(milliseconds(7500))));
  const TimePoint begin = world.scheduler().Now();
  EXPECT_TRUE(Unregister(world, true));
  EXPECT_EQ(world.scheduler().Now(), begin);
  EXPECT_FALSE(job->ended());
  EXPECT_TRUE(world.Journal()) << "nothing tells what was left should this process end now";
  EXPECT_EQ(world.Inspect().error().code(), ErrorCode::kNotFound);

  // The hardware is not free for that, and the engine may go.
  world.Add(world.process(), "card0", world.hardware());
  EXPECT_EQ(world.Refusal().code(), ErrorCode::kBusy);
  world.process().engine.reset();
  ASSERT_TRUE(world.scheduler().Run(world.scheduler().Sleep(seconds(20))));
  EXPECT_EQ(job->snapshot().outcome, JobOutcome::kUpdated);
  EXPECT_EQ(world.hardware().Count("cleanup"), 1);
  EXPECT_FALSE(world.Journal());
}

/// Unregisters by force, and gives the name to another device before anybody else runs.
Task<void> Replace(FlashWorld& world, FakeHardware& other) {
  co_await world.engine().Unregister("card0", true);
  world.Add(world.process(), "card0", other);
}

TEST(Unregister, ByForceEndsTheWaitOfAnotherWhoThenDoesNotForgetTheNextDevice) {
  FlashWorld world;
  FakeHardware other;
  other.address = "fake:2";
  const std::shared_ptr<Job> job = world.Admit().value();
  const auto executed = world.Later<void>(seconds(0), [&] { return world.engine().Execute(job); });
  const auto patient = world.Later<void>(milliseconds(7500),
                                         [&] { return world.engine().Unregister("card0", false); });
  ASSERT_TRUE(world.scheduler().Run(world.scheduler().Sleep(milliseconds(7600))));
  ASSERT_TRUE(world.scheduler().Run(Replace(world, other)));
  ASSERT_TRUE(patient->has_value()) << "it waits on";
  EXPECT_TRUE(**patient);
  EXPECT_FALSE(job->ended());
  EXPECT_EQ(world.engine().KindOf("card0"), "fake");
  ASSERT_TRUE(world.scheduler().Run(world.scheduler().Sleep(seconds(20))));
  EXPECT_EQ(job->snapshot().outcome, JobOutcome::kUpdated);
}

// Steps by themselves

/// A world whose device holds another image in bank B.
class StepTest : public testing::Test {
 protected:
  StepTest() {
    Bank& b = world_.hardware().info.banks[1];
    b.valid = true;
    b.version = Version{1, 3, 0};
  }
  FakeHardware& hardware() { return world_.hardware(); }

  FlashWorld world_;
};

TEST_F(StepTest, RunStartsTheOtherImageAndTellsWhatTheDeviceHolds) {
  const DeviceInfo info = world_.Perform(Step::kRun).value();
  EXPECT_EQ(info.DescribeBanks(),
            "bank A holds 1.2.0 (committed), bank B runs 1.3.0 (not committed)");
  EXPECT_EQ(hardware().Calls(), "inspect in-use run inspect");
  EXPECT_FALSE(world_.Journal());
}

TEST_F(StepTest, CommitMakesTheRunningImageTheOneThatBoots) {
  ASSERT_TRUE(world_.Perform(Step::kRun));
  hardware().in_use = "interface eth0 is up";
  EXPECT_EQ(world_.Perform(Step::kCommit)->DescribeBanks(),
            "bank A holds 1.2.0, bank B runs 1.3.0");
}

TEST_F(StepTest, RollbackWorksOnADeviceThatHardlyAnswers) {
  hardware().RunBank("B");
  hardware().before["inspect"] = Failing(ErrorCode::kRwError, "not acknowledged");
  hardware().before["rollback"] = Doing([&] { hardware().before.erase("inspect"); });
  EXPECT_EQ(world_.Perform(Step::kRollback)->RunningBank()->name, "A");
}

TEST_F(StepTest, RollbackIsCommittedSinceItIsMeantToLast) {
  hardware().RunBank("B");
  hardware().CommitRunning();
  EXPECT_EQ(world_.Perform(Step::kRollback)->DescribeBanks(),
            "bank A runs 1.2.0, bank B holds 1.3.0");
  EXPECT_EQ(hardware().Count("commit"), 1);
}

TEST_F(StepTest, RollbackToTheImageThatBootsNeedsNoCommit) {
  hardware().RunBank("B");
  EXPECT_EQ(world_.Perform(Step::kRollback)->RunningBank()->name, "A");
  EXPECT_EQ(hardware().Count("commit"), 0);
}

TEST_F(StepTest, AbortEndsAnOpenDownload) {
  hardware().open = true;
  EXPECT_TRUE(world_.Perform(Step::kAbort));
  EXPECT_FALSE(hardware().open);
}

TEST_F(StepTest, ThatCutsTrafficIsRefusedInUseUnlessAllowed) {
  hardware().in_use = "interface eth0 is up";
  for (const Step step : {Step::kRun, Step::kRollback}) {
    const Result<DeviceInfo> info = world_.Perform(step);
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code(), ErrorCode::kBusy);
    EXPECT_THAT(info.error().Message(), HasSubstr("interface eth0 is up"));
    EXPECT_TRUE(world_.Perform(step, {.allow_in_use = true}));
  }
}

TEST_F(StepTest, RunKeepsTrafficWhereTheDeviceOffersThat) {
  hardware().in_use = "interface eth0 is up";
  EXPECT_EQ(world_.Perform(Step::kRun, {.hitless = true}).error().code(), ErrorCode::kNotSupported);
  hardware().info.capabilities.hitless = true;
  EXPECT_TRUE(world_.Perform(Step::kRun, {.hitless = true}));
}

TEST_F(StepTest, ThatDidNothingHasFailed) {
  hardware().after["run"] = Doing([&] { hardware().RunBank("A"); });
  const Result<DeviceInfo> run = world_.Perform(Step::kRun);
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().Message(),
            "the device still runs the same image: bank A runs 1.2.0, bank B holds 1.3.0");
  hardware().RunBank("B");
  hardware().after["commit"] = Doing([&] {
    for (Bank& bank : hardware().info.banks) bank.committed = !bank.running;
  });
  EXPECT_EQ(world_.Perform(Step::kCommit).error().code(), ErrorCode::kHwError);
}

TEST_F(StepTest, FailsWithTheErrorOfTheDeviceAndGivesTheClaimBack) {
  hardware().before["commit"] = Failing(ErrorCode::kBusy, "not yet");
  EXPECT_EQ(world_.Perform(Step::kCommit).error().Message(), "not yet");
  hardware().before.clear();
  EXPECT_TRUE(world_.Perform(Step::kCommit));
}

TEST_F(StepTest, IsOneOfFour) {
  for (const Step step : {Step::kPrepare, Step::kWrite, Step::kFinish, Step::kReadBack}) {
    EXPECT_EQ(world_.Perform(step).error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(hardware().calls.empty());
}

TEST_F(StepTest, CanBeStoppedBeforeTheDeviceIsAtWork) {
  std::stop_source stop;
  world_.At(milliseconds(500), [&] { stop.request_stop(); });
  const Result<DeviceInfo> run =
      world_.scheduler().Run(world_.engine().Perform("card0", Step::kRun, {}, stop.get_token()));
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code(), ErrorCode::kCanceled);
  EXPECT_EQ(hardware().Count("run"), 0);
  EXPECT_EQ(hardware().Count("cancel"), 0);
}

TEST_F(StepTest, ThatWasStoppedBeforeTouchesNothing) {
  world_.LeaveInterrupted();
  std::stop_source stop;
  stop.request_stop();
  const auto run =
      world_.scheduler().Run(world_.engine().Perform("card0", Step::kRun, {}, stop.get_token()));
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code(), ErrorCode::kCanceled);
  EXPECT_TRUE(hardware().calls.empty());
}

TEST_F(StepTest, SaysThatItCannotBeStoppedLater) {
  std::stop_source stop;
  world_.At(milliseconds(2500), [&] { stop.request_stop(); });
  EXPECT_TRUE(
      world_.scheduler().Run(world_.engine().Perform("card0", Step::kRun, {}, stop.get_token())));
  ASSERT_EQ(world_.process().notices.size(), 1);
  EXPECT_EQ(world_.process().notices[0],
            "card0: cannot be stopped now: the device is starting the new image");
}

}  // namespace
}  // namespace reflash
