// SPDX-License-Identifier: Apache-2.0
// One job for a piece of hardware, in whatever process and under whatever name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "flash/flash_world.h"
#include "flash/patient_claim.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

Task<std::shared_ptr<Job>> AdmitIn(FlashWorld::Process& process, std::string name) {
  return process.engine->Admit(std::move(name), FlashWorld::MakeImage(), {});
}

/// Expects that an update under `name` is refused while a job has the hardware.
void ExpectBusy(FlashWorld& world, FlashWorld::Process& process, const std::string& name) {
  const auto second = world.scheduler().Run(AdmitIn(process, name));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(second.error().Message(), HasSubstr("(flash"));
}

TEST(Exclusion, AllowsOneJobForADevice) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  ExpectBusy(world, world.process(), "card0");
  EXPECT_EQ(world.Execute(job).outcome, JobOutcome::kUpdated);
}

TEST(Exclusion, AllowsOneJobForTwoNamesOfOneHardware) {
  FlashWorld world;
  world.Add(world.process(), "other-name", world.hardware());
  const std::shared_ptr<Job> job = world.Admit().value();
  ExpectBusy(world, world.process(), "other-name");
}

TEST(Exclusion, AllowsOneJobAcrossProcesses) {
  FlashWorld world;
  FlashWorld::Process& other = world.StartProcess("port7");
  const std::shared_ptr<Job> job = world.Admit().value();
  ExpectBusy(world, other, "port7");
}

TEST(Exclusion, LetsDifferentHardwareBeUpdatedSideBySide) {
  FlashWorld world;
  world.AddHardware("card1", "fake:2");
  const std::shared_ptr<Job> first = world.Admit().value();
  const std::shared_ptr<Job> second =
      world.scheduler().Run(AdmitIn(world.process(), "card1")).value();
  const TimePoint begin = world.scheduler().Now();
  const auto beside = world.Later<void>(seconds(0), [&] { return world.engine().Execute(second); });
  EXPECT_EQ(world.Execute(first).outcome, JobOutcome::kUpdated);
  EXPECT_LE(world.scheduler().Now() - begin, seconds(13));
  EXPECT_TRUE(second->ended());
}

TEST(Exclusion, EndsWithTheJob) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  world.Execute(job);
  EXPECT_TRUE(world.Admit({.force = true})) << "an ended job still holds the claim";
}

TEST(Exclusion, EndsWhenAnAdmittedJobIsGivenUp) {
  FlashWorld world;
  world.Admit().value().reset();
  EXPECT_EQ(world.ledger().ReadSnapshot("fake:1").value()->outcome, JobOutcome::kCanceled);
  EXPECT_TRUE(world.Admit());
}

TEST(Exclusion, EndsAfterARefusal) {
  FlashWorld world;
  world.hardware().in_use = "interface eth0 is up";
  EXPECT_EQ(world.Refusal().code(), ErrorCode::kBusy);
  world.hardware().in_use.reset();
  EXPECT_TRUE(world.Admit());
}

TEST(Exclusion, RefusesStepsWhileAJobHasTheHardware) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  world.hardware().calls.clear();
  for (const Step step : {Step::kRun, Step::kCommit, Step::kRollback, Step::kAbort}) {
    const Result<DeviceInfo> info = world.Perform(step);
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code(), ErrorCode::kBusy);
  }
  EXPECT_TRUE(world.hardware().calls.empty());
}

TEST(Exclusion, WaitsForALookOfAnotherToEnd) {
  FlashWorld world;
  FlashWorld::Process& other = world.StartProcess("port7");
  const auto look =
      world.Later<Inspection>(seconds(0), [&] { return other.engine->Inspect("port7"); });
  ASSERT_TRUE(world.scheduler().Run(world.scheduler().Sleep(milliseconds(100))));
  EXPECT_TRUE(world.Admit());
  EXPECT_TRUE(look->value()->info);
}

TEST(Exclusion, DoesNotWaitForALookForever) {
  FlashWorld world;
  const Claim stuck = world.ledger().TryClaim("fake:1", "port7", std::string(kInspecting)).value();
  EXPECT_EQ(world.Refusal().code(), ErrorCode::kBusy);
  EXPECT_EQ(world.scheduler().Now().time_since_epoch(), seconds(5));
  const Result<Inspection> look = world.Inspect();
  ASSERT_FALSE(look);
  EXPECT_EQ(look.error().code(), ErrorCode::kBusy);
}

// What others see

TEST(Inspect, OfADeviceThatAJobHasShowsTheJobAndDoesNotTouchTheDevice) {
  FlashWorld world;
  FlashWorld::Process& other = world.StartProcess("port7");
  const std::shared_ptr<Job> job = world.Admit().value();
  const auto look =
      world.Later<Inspection>(milliseconds(2500), [&] { return other.engine->Inspect("port7"); });
  std::size_t looks_before = 0;
  std::size_t looks_after = 0;
  world.At(milliseconds(2499), [&] { looks_before = world.hardware().Count("inspect"); });
  world.At(milliseconds(2501), [&] { looks_after = world.hardware().Count("inspect"); });
  world.Execute(job);
  ASSERT_TRUE(look->has_value());
  const Result<Inspection>& inspection = **look;
  EXPECT_EQ(inspection->kind, "fake");
  EXPECT_FALSE(inspection->info);
  EXPECT_EQ(inspection->published->phase, Phase::kWriting);
  EXPECT_EQ(inspection->published->done, 1000);
  EXPECT_EQ(inspection->published->total, 2501);
  EXPECT_EQ(inspection->published->device, "card0");
  EXPECT_EQ(looks_before, looks_after);
}

TEST(Inspect, OfADeviceThatIsClaimedButNotBegunShowsThatItWillBegin) {
  FlashWorld world;
  world.Flash();  // the snapshot of an earlier job must not be taken for this one
  const std::shared_ptr<Job> job = world.Admit({.force = true}).value();
  EXPECT_EQ(world.Inspect()->published->phase, Phase::kStarting);
  EXPECT_FALSE(world.Inspect()->published->outcome);
}

TEST(Inspect, DuringAnAdmissionDoesNotShowAnEarlierJob) {
  FlashWorld world;
  world.Flash();
  FlashWorld::Process& other = world.StartProcess("port7");
  const auto look =
      world.Later<Inspection>(milliseconds(500), [&] { return other.engine->Inspect("port7"); });
  ASSERT_TRUE(world.Admit({.force = true}));
  EXPECT_FALSE((*look)->value().published->outcome);
}

TEST(Inspect, DuringAStepDoesNotShowAJobWhoseProcessDied) {
  FlashWorld world;
  {
    const Claim claim = world.ledger().TryClaim("fake:1", "card0", "flash").value();
    JobSnapshot writing;
    writing.hardware_address = "fake:1";
    writing.phase = Phase::kWriting;
    ASSERT_TRUE(world.ledger().Publish(claim, writing));
  }
  FlashWorld::Process& other = world.StartProcess("port7");
  const auto look =
      world.Later<Inspection>(milliseconds(1500), [&] { return other.engine->Inspect("port7"); });
  ASSERT_TRUE(world.Perform(Step::kCommit));
  EXPECT_EQ((*look)->value().published->phase, Phase::kStarting);
}

TEST(Inspect, DuringAStepShowsWhoHasTheDeviceAndNotAnEarlierJob) {
  FlashWorld world;
  world.Flash({.commit = false});
  FlashWorld::Process& other = world.StartProcess("port7");
  const auto look =
      world.Later<Inspection>(milliseconds(1500), [&] { return other.engine->Inspect("port7"); });
  ASSERT_TRUE(world.Perform(Step::kCommit));
  const JobSnapshot& shown = *(*look)->value().published;
  EXPECT_FALSE(shown.outcome);
  EXPECT_THAT(shown.words, HasSubstr("(commit, as 'card0')"));
}

TEST(Inspect, ShowsTheEndOfAJobToOtherProcesses) {
  FlashWorld world;
  const JobSnapshot last = world.Flash();
  const auto published = world.StartProcess("port7").ledger.ReadSnapshot("fake:1");
  EXPECT_EQ(published.value().value(), last);
}

TEST(Inspect, ShowsAJobToOthersThatFailedBeforeTheDeviceWasTouched) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  std::filesystem::remove_all(world.directory() / "state");
  const JobSnapshot last = world.Execute(job);
  EXPECT_EQ(world.ledger().ReadSnapshot("fake:1").value().value(), last);
}

TEST(Inspect, GivesWhatTheDeviceSaysOtherwise) {
  FlashWorld world;
  const Inspection inspection = world.Inspect().value();
  EXPECT_EQ(inspection.kind, "fake");
  EXPECT_EQ(inspection.info->part, "FAKE-1");
  EXPECT_FALSE(inspection.published);
}

TEST(Inspect, FailsWithTheErrorOfTheDevice) {
  FlashWorld world;
  world.hardware().before["inspect"] = Failing(ErrorCode::kNotSupported, "not a card of ours");
  const Result<Inspection> inspection = world.Inspect();
  ASSERT_FALSE(inspection);
  EXPECT_EQ(inspection.error().code(), ErrorCode::kNotSupported);
  world.hardware().before.clear();
  EXPECT_TRUE(world.Inspect()) << "the claim was not given back";
}

}  // namespace
}  // namespace reflash
