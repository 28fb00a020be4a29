// SPDX-License-Identifier: Apache-2.0
#include "flash/load_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/flash_world.h"

namespace reflash {
namespace {

using testing::HasSubstr;

/// A device that has a third bank, which it falls back to.
FlashWorld& WithFactoryBank(FlashWorld& world) {
  world.hardware().info.banks.push_back(
      {.name = "factory", .version = Version{1, 0, 0}, .valid = true});
  world.hardware().info.capabilities.runs_any_bank = true;
  return world;
}

ImageToLoad WithoutManifest() { return FlashWorld::MakeImage(std::nullopt); }

TEST(LoadPlan, TakesTheImageIntoTheBankThatTheDriverNames) {
  FlashWorld world;
  WithFactoryBank(world).hardware().plan = LoadPlan{.bank = "factory", .starts = false};
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kDownloaded);
  EXPECT_EQ(last.bank, "factory");
  EXPECT_EQ(world.hardware().info.FindBank("factory")->version, (Version{1, 3, 0}));
  EXPECT_EQ(last.state, "bank A runs 1.2.0, bank B is empty, bank factory holds 1.3.0");
  EXPECT_EQ(world.hardware().Count("run"), 0) << "there is nothing to start";
  EXPECT_EQ(world.hardware().Count("commit"), 0);
}

TEST(LoadPlan, OfSomethingThatDoesNotStartIsNeverUpToDate) {
  FlashWorld world;
  WithFactoryBank(world).hardware().plan = LoadPlan{.bank = "factory", .starts = false};
  world.hardware().RunBank("A");
  world.hardware().info.banks[0].version = Version{1, 3, 0};
  world.hardware().info.version = Version{1, 3, 0};
  EXPECT_EQ(world.Flash().outcome, JobOutcome::kDownloaded);
  EXPECT_EQ(world.hardware().received.size(), 2501U);
}

TEST(LoadPlan, TellsTheVersionWhereNobodyElseDoes) {
  FlashWorld world;
  world.hardware().plan = LoadPlan{.bank = "B", .version = Version{1, 2, 0}};
  EXPECT_EQ(world.Flash({}, WithoutManifest()).outcome, JobOutcome::kUpToDate);
  world.hardware().plan = LoadPlan{.bank = "B", .version = Version{1, 4, 0}};
  const JobSnapshot last = world.Flash({}, WithoutManifest());
  EXPECT_THAT(last.failure->message, HasSubstr("bank B now holds 1.3.0; 1.4.0 was expected"));
}

TEST(LoadPlan, ThatTellsAnotherVersionThanIsExpectedIsRefused) {
  FlashWorld world;
  world.hardware().plan = LoadPlan{.bank = "B", .version = Version{1, 4, 0}};
  const Error refusal = world.Refusal({.expect_version = Version{1, 3, 0}}, WithoutManifest());
  EXPECT_EQ(refusal.code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(refusal.Message(), "version 1.3.0 is expected, but the image says that it is 1.4.0");
}

TEST(LoadPlan, OfSomethingThatDoesNotStartHasNoVersionToExpect) {
  FlashWorld world;
  world.hardware().plan = LoadPlan{.bank = "", .starts = false};
  EXPECT_EQ(world.Refusal({.expect_version = Version{1, 3, 0}}, WithoutManifest()).code(),
            ErrorCode::kInvalidArgument);
}

TEST(LoadPlan, ThatADriverRefusesLeavesTheDeviceAlone) {
  FlashWorld world;
  world.hardware().plan = Fail(ErrorCode::kInvalidImage, "block 0 is damaged");
  const Error refusal = world.Refusal();
  EXPECT_EQ(refusal.code(), ErrorCode::kInvalidImage);
  EXPECT_EQ(refusal.Message(), "block 0 is damaged");
  EXPECT_EQ(world.hardware().Calls(), "inspect");
  EXPECT_FALSE(world.Journal());
}

TEST(LoadPlan, SaysWhatCanNeverBeUndone) {
  FlashWorld world;
  EXPECT_EQ(world.Admit().value()->irreversible(), "");
  world.hardware().plan = LoadPlan{.bank = "B", .irreversible = "cancel a key of"};
  EXPECT_EQ(world.Admit().value()->irreversible(), "cancel a key of");
  FlashWorld single;
  single.hardware().BecomeSingleBank();
  EXPECT_EQ(single.Admit({.allow_single_bank = true}).value()->irreversible(),
            "overwrite the only image of");
}

TEST(LoadPlan, IsNotCommittedByADeviceThatDecidesItselfWhatBoots) {
  FlashWorld world;
  world.hardware().info.capabilities.commits = false;
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kUpdated);
  EXPECT_EQ(world.hardware().Count("commit"), 0);
  EXPECT_TRUE(last.committed) << "what runs is what boots, as far as anybody can tell";
}

TEST(RunOfABank, StartsTheOneThatIsNamed) {
  FlashWorld world;
  WithFactoryBank(world);
  const DeviceInfo info = world.Perform(Step::kRun, {.bank = "factory"}).value();
  EXPECT_EQ(info.RunningBank()->name, "factory");
}

TEST(RunOfABank, IsRefusedForOneThatIsNotThere) {
  FlashWorld world;
  const Error error = world.Perform(Step::kRun, {.bank = "C"}).error();
  EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(error.Message(), "there is no bank 'C': bank A runs 1.2.0, bank B is empty");
  EXPECT_EQ(world.hardware().Count("run"), 0);
}

TEST(RunOfABank, IsRefusedForTheRunningOneWhereOnlyTheOtherCanBeStarted) {
  FlashWorld world;
  EXPECT_EQ(world.Perform(Step::kRun, {.bank = "A"}).error().code(), ErrorCode::kNotSupported);
  EXPECT_EQ(world.hardware().Count("run"), 0);
  world.hardware().Idle().valid = true;
  EXPECT_TRUE(world.Perform(Step::kRun, {.bank = "B"}));
}

TEST(RunOfABank, ThatEndsInAnotherBankHasFailed) {
  FlashWorld world;
  WithFactoryBank(world);
  FakeHardware& hardware = world.hardware();
  hardware.after["run"] = Doing([&hardware] { hardware.RunBank("A"); });
  const Error error = world.Perform(Step::kRun, {.bank = "factory"}).error();
  EXPECT_EQ(error.code(), ErrorCode::kHwError);
  EXPECT_THAT(error.Message(), HasSubstr("does not run bank factory"));
}

}  // namespace
}  // namespace reflash
