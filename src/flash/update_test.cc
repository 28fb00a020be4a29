// SPDX-License-Identifier: Apache-2.0
#include "flash/update.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "flash/flash_world.h"

namespace reflash {
namespace {

using testing::HasSubstr;

// The good path

TEST(Update, CallsTheStepsInTheirOrder) {
  FlashWorld world;
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(world.hardware().Calls(),
            "inspect in-use prepare write finish inspect in-use run inspect commit inspect cleanup "
            "inspect");
  EXPECT_EQ(last.outcome, JobOutcome::kUpdated);
  EXPECT_FALSE(last.failure);
  EXPECT_EQ(last.from_version, "1.2.0");
  EXPECT_EQ(last.version, "1.3.0");
  EXPECT_EQ(last.bank, "B");
  EXPECT_TRUE(last.committed);
  EXPECT_EQ(last.remaining_bytes, 0);
  EXPECT_EQ(last.percent, 100);
  EXPECT_EQ(last.phase, Phase::kIdle);
  EXPECT_EQ(last.state, "bank A holds 1.2.0, bank B runs 1.3.0");
}

TEST(Update, HandsOverEveryByteOnceWhateverTheSize) {
  for (const std::size_t size : {1U, 2U, 999U, 1000U, 1001U, 2501U}) {
    FlashWorld world;
    const Bytes bytes(size, std::byte{0x5A});
    ImageToLoad image = FlashWorld::MakeImage();
    image.image = Image::FromBytes(bytes, "odd.bin").value();
    const JobSnapshot last = world.Flash({}, std::move(image));
    EXPECT_EQ(last.outcome, JobOutcome::kUpdated);
    EXPECT_EQ(world.hardware().received, bytes);
    EXPECT_EQ(world.hardware().Count("write"), (size + 999) / 1000);
  }
}

TEST(Update, TellsTheSecondsSinceItBeganAndNotSinceItWasAdmitted) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  ASSERT_TRUE(world.scheduler().Run(world.scheduler().Sleep(std::chrono::hours(1))));
  EXPECT_EQ(world.Execute(job).seconds, 13);
}

TEST(Update, WithoutRunStopsBesideTheRunningImage) {
  FlashWorld world;
  world.hardware().in_use = "interface eth0 is up";
  const JobSnapshot last = world.Flash({.run = false});
  EXPECT_EQ(last.outcome, JobOutcome::kDownloaded);
  EXPECT_EQ(last.version, "1.2.0");
  EXPECT_EQ(last.bank, "B");
  EXPECT_EQ(last.percent, 100);
  EXPECT_EQ(last.state, "bank A runs 1.2.0, bank B holds 1.3.0");
  EXPECT_EQ(world.hardware().Count("in-use"), 0);
  EXPECT_EQ(world.hardware().Count("run"), 0);
  EXPECT_EQ(world.hardware().Count("commit"), 0);
}

TEST(Update, WithoutCommitLeavesTheOldImageToBoot) {
  FlashWorld world;
  const JobSnapshot last = world.Flash({.commit = false});
  EXPECT_EQ(last.outcome, JobOutcome::kUpdated);
  EXPECT_FALSE(last.committed);
  EXPECT_EQ(world.hardware().Count("commit"), 0);
  EXPECT_EQ(last.state, "bank A holds 1.2.0 (committed), bank B runs 1.3.0 (not committed)");
}

TEST(Update, ReadsBackWhereTheDeviceCan) {
  FlashWorld world;
  world.hardware().info.capabilities.read_back = true;
  EXPECT_EQ(world.Flash().outcome, JobOutcome::kUpdated);
  EXPECT_THAT(world.hardware().Calls(), HasSubstr("finish inspect read-back in-use run"));
}

TEST(Update, DoesNotReadBackWhereTheUserTrustsTheDevice) {
  FlashWorld world;
  world.hardware().info.capabilities.read_back = true;
  EXPECT_EQ(world.Flash({.read_back = false}).outcome, JobOutcome::kUpdated);
  EXPECT_EQ(world.hardware().Count("read-back"), 0);
}

TEST(Update, OfASingleBankEndsWithTheVerifiedVersion) {
  FlashWorld world;
  world.hardware().BecomeSingleBank();
  const JobSnapshot last = world.Flash({.allow_single_bank = true});
  EXPECT_EQ(last.outcome, JobOutcome::kUpdated);
  EXPECT_EQ(last.version, "1.3.0");
  EXPECT_EQ(last.bank, "A");
  EXPECT_EQ(world.hardware().Calls(),
            "inspect in-use prepare write finish inspect cleanup inspect");
}

TEST(Update, AcceptsADeviceThatNeverTellsAVersion) {
  FlashWorld world;
  world.hardware().BecomeSingleBank();
  world.hardware().info.version.reset();
  world.hardware().after["finish"] = Doing([&] { world.hardware().info.version.reset(); });
  EXPECT_EQ(world.Flash({.allow_single_bank = true}).outcome, JobOutcome::kUpdated);
}

TEST(Update, FailsOnAVersionThatIsNotToldWhereTheUserInsistsOnOne) {
  FlashWorld world;
  world.hardware().BecomeSingleBank();
  world.hardware().info.version.reset();
  world.hardware().after["finish"] = Doing([&] { world.hardware().info.version.reset(); });
  const JobSnapshot last =
      world.Flash({.allow_single_bank = true, .expect_version = Version{1, 3, 0}});
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(last.failure->message, "the device now runs an unknown version; 1.3.0 was expected");
}

TEST(Update, CommitsWhatRunsBeforeItErasesWhatBoots) {
  FlashWorld world;
  Bank& b = world.hardware().info.banks[1];
  b.valid = true;
  b.version = Version{1, 1, 0};
  world.hardware().RunBank("B");
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kUpdated);
  EXPECT_EQ(last.bank, "A");
  EXPECT_THAT(world.hardware().Calls(), HasSubstr("in-use commit inspect prepare write"));
  ASSERT_EQ(world.process().notices.size(), 1);
  EXPECT_EQ(world.process().notices[0],
            "card0: bank A holds 1.2.0 (committed), bank B runs 1.1.0 (not committed); what runs "
            "is committed first, since the load erases what boots");
}

TEST(Update, DoesNotEraseWhatBootsWhenTheRunningImageCannotBeCommitted) {
  FlashWorld world;
  world.hardware().info.banks[1].valid = true;
  world.hardware().RunBank("B");
  world.hardware().before["commit"] = Failing(ErrorCode::kHwError, "no");
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(world.hardware().Count("prepare"), 0);
  EXPECT_EQ(world.hardware().Count("cleanup"), 0);
}

TEST(Update, OnlyCommitsWhereTheWantedVersionRunsAlready) {
  FlashWorld world;
  ASSERT_EQ(world.Flash({.commit = false}).outcome, JobOutcome::kUpdated);
  world.hardware().calls.clear();
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(world.hardware().Calls(), "inspect commit inspect");
  EXPECT_EQ(last.outcome, JobOutcome::kUpdated);
  EXPECT_TRUE(last.committed);
  EXPECT_EQ(last.bank, "B");
  EXPECT_EQ(last.percent, 100);
  EXPECT_FALSE(world.Journal());
}

// Traffic

TEST(Update, StopsBeforeTheStartWhenAnInterfaceCameUpInTheMiddle) {
  FlashWorld world;
  world.hardware().after["finish"] =
      Doing([&] { world.hardware().in_use = "interface eth0 is up"; });
  const JobSnapshot last = world.Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(last.failure->code, ErrorCode::kBusy);
  EXPECT_EQ(last.failure->message,
            "the new image is loaded but was not started, since that cuts traffic: interface eth0 "
            "is up");
  EXPECT_EQ(last.bank, "B");
  EXPECT_EQ(last.state, "bank A runs 1.2.0, bank B holds 1.3.0");
  EXPECT_EQ(world.hardware().Count("run"), 0);
  EXPECT_EQ(world.hardware().Count("cleanup"), 1);
  EXPECT_FALSE(world.Journal());
}

TEST(Update, DoesNotAskAboutTrafficWhereItMayBeCutOrIsKept) {
  for (const JobOptions& options :
       {JobOptions{.allow_in_use = true}, JobOptions{.hitless = true}}) {
    FlashWorld world;
    world.hardware().info.capabilities.hitless = true;
    world.hardware().in_use = "interface eth0 is up";
    EXPECT_EQ(world.Flash(options).outcome, JobOutcome::kUpdated);
    EXPECT_EQ(world.hardware().Count("in-use"), 0);
  }
}

TEST(Update, OfTheOnlyBankIsRefusedWhenTrafficBeganSinceItWasAdmitted) {
  FlashWorld world;
  world.hardware().BecomeSingleBank();
  const std::shared_ptr<Job> job = world.Admit({.allow_single_bank = true}).value();
  world.hardware().in_use = "interface eth0 is up";
  const JobSnapshot last = world.Execute(job);
  EXPECT_EQ(last.outcome, JobOutcome::kRefused);
  EXPECT_EQ(last.failure->code, ErrorCode::kBusy);
  EXPECT_EQ(last.state, "bank A runs 1.2.0");
  EXPECT_EQ(world.hardware().Count("prepare"), 0);
  EXPECT_EQ(world.hardware().Count("cleanup"), 0);
}

}  // namespace
}  // namespace reflash
