// SPDX-License-Identifier: Apache-2.0
#include "flash/update_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "flash/flash_world.h"

namespace reflash {
namespace {

using testing::HasSubstr;

TEST(UpdateJournal, IsWrittenBeforePrepareAndClearedBeforeTheEndIsShown) {
  FlashWorld world;
  std::optional<JournalEntry> in_prepare;
  std::optional<JournalEntry> in_run;
  world.hardware().before["prepare"] = Doing([&] { in_prepare = world.Journal(); });
  world.hardware().before["run"] = Doing([&] { in_run = world.Journal(); });
  const ImageToLoad image = FlashWorld::MakeImage();
  world.Flash({}, image);
  ASSERT_TRUE(in_prepare);
  EXPECT_EQ(in_prepare->device, "card0");
  EXPECT_EQ(in_prepare->image_name, "fw.bin");
  EXPECT_EQ(in_prepare->image_sha256, image.image.sha256());
  EXPECT_EQ(in_prepare->pid, ::getpid());
  EXPECT_EQ(in_prepare->begun_at, "2000-01-01T00:00:02Z");
  EXPECT_EQ(in_prepare->phase, Phase::kPreparing);
  ASSERT_TRUE(in_run);
  EXPECT_EQ(in_run->phase, Phase::kProgramming);
  EXPECT_EQ(in_run->begun_at, in_prepare->begun_at);
  EXPECT_FALSE(world.Journal());
}

TEST(UpdateJournal, IsNotWrittenForWhatIsRefusedOrUpToDate) {
  FlashWorld world;
  world.hardware().in_use = "interface eth0 is up";
  EXPECT_EQ(world.Refusal().code(), ErrorCode::kBusy);
  EXPECT_FALSE(world.Journal());
}

TEST(UpdateJournal, ThatCannotBeWrittenRefusesBeforeTheDeviceIsTouched) {
  FlashWorld world;
  const std::shared_ptr<Job> job = world.Admit().value();
  world.hardware().calls.clear();
  std::filesystem::remove_all(world.directory() / "state");
  const JobSnapshot last = world.Execute(job);
  EXPECT_EQ(last.outcome, JobOutcome::kRefused);
  EXPECT_TRUE(last.failure);
  EXPECT_EQ(last.failure->phase, Phase::kStarting);
  EXPECT_EQ(last.failure->remaining_bytes, 2501);
  EXPECT_EQ(last.state, "bank A runs 1.2.0, bank B is empty");
  EXPECT_TRUE(world.hardware().calls.empty());
}

TEST(UpdateJournal, IsKeptWhenTheDeviceCouldNotBeReachedInTheEnd) {
  for (const std::string call : {"prepare", "write", "finish", "run", "commit", "cleanup"}) {
    FlashWorld world;
    world.hardware().before[call] = Doing([&] { world.hardware().reachable = false; });
    world.hardware().after[call] = Failing(ErrorCode::kRwError, "the cable was pulled");
    world.Flash();
    EXPECT_TRUE(world.Journal()) << call;
  }
}

TEST(UpdateJournal, IsKeptWhenTheDeviceVanishedBehindTheCleanup) {
  FlashWorld world;
  world.hardware().after["cleanup"] = Doing([&] { world.hardware().reachable = false; });
  world.Flash();
  EXPECT_TRUE(world.Journal());
}

TEST(UpdateJournal, IsClearedAfterAFailureThatLeftAKnownState) {
  FlashWorld world;
  world.hardware().after["run"] = Failing(ErrorCode::kTimeout, "not up");
  world.hardware().before["rollback"] = Failing(ErrorCode::kHwError, "no");
  EXPECT_EQ(world.Flash().outcome, JobOutcome::kFailed);
  EXPECT_FALSE(world.Journal());
}

TEST(UpdateJournal, ThatCannotBeClearedIsToldAndDoesNotSpoilTheUpdate) {
  FlashWorld world;
  world.hardware().before["cleanup"] = Doing([&] {
    for (const auto& file :
         std::filesystem::directory_iterator(world.directory() / "state/journal")) {
      const std::filesystem::path path = file.path();
      std::filesystem::remove(path);
      std::filesystem::create_directory(path);  // which nobody can remove as a file
    }
  });
  EXPECT_EQ(world.Flash().outcome, JobOutcome::kUpdated);
  ASSERT_EQ(world.process().notices.size(), 1);
  EXPECT_THAT(world.process().notices[0], HasSubstr("state/journal/"));
}

// Repair

TEST(UpdateJournal, IsRepairedByTheNextLookWithANotice) {
  FlashWorld world;
  world.LeaveInterrupted();
  const Inspection inspection = world.Inspect().value();
  EXPECT_TRUE(inspection.info);
  EXPECT_EQ(world.hardware().Calls(), "abort inspect");
  EXPECT_FALSE(world.hardware().open);
  EXPECT_FALSE(world.Journal());
  ASSERT_EQ(world.process().notices.size(), 1);
  EXPECT_EQ(
      world.process().notices[0],
      "card0: an update with old.bin that began at 2025-11-21T07:30:00Z was interrupted while "
      "the image was being loaded; what it left open was ended");

  EXPECT_TRUE(world.Inspect());
  EXPECT_EQ(world.hardware().Count("abort"), 1);
  EXPECT_EQ(world.process().notices.size(), 1);
}

TEST(UpdateJournal, IsRepairedByTheNextUpdateAndTheNextStep) {
  {
    FlashWorld world;
    world.LeaveInterrupted();
    EXPECT_EQ(world.Flash().outcome, JobOutcome::kUpdated);
    EXPECT_THAT(world.hardware().Calls(), testing::StartsWith("abort inspect in-use prepare"));
    EXPECT_EQ(world.process().notices.size(), 1);
  }
  FlashWorld world;
  world.LeaveInterrupted();
  EXPECT_TRUE(world.Perform(Step::kCommit));
  EXPECT_EQ(world.hardware().Calls(), "abort inspect commit inspect");
  EXPECT_FALSE(world.Journal());
}

TEST(UpdateJournal, IsNotTouchedByALookWhileTheJobStillRuns) {
  FlashWorld world;
  FlashWorld::Process& other = world.StartProcess("port7");
  const std::shared_ptr<Job> job = world.Admit().value();
  const auto look = world.Later<Inspection>(std::chrono::milliseconds(2500),
                                            [&] { return other.engine->Inspect("port7"); });
  world.Execute(job);
  EXPECT_TRUE(look->value()->published);
  EXPECT_EQ(world.hardware().Count("abort"), 0);
  EXPECT_TRUE(other.notices.empty());
}

TEST(UpdateJournal, ThatCannotBeRepairedStaysAndKeepsNobodyFromWorking) {
  FlashWorld world;
  world.LeaveInterrupted();
  world.hardware().before["abort"] = Failing(ErrorCode::kNotSupported, "no abort command");
  EXPECT_TRUE(world.Inspect()->info);
  EXPECT_TRUE(world.Journal());
  ASSERT_EQ(world.process().notices.size(), 1);
  EXPECT_THAT(world.process().notices[0],
              HasSubstr("what it left open could not be ended (no abort command)"));
  EXPECT_EQ(world.Flash().outcome, JobOutcome::kUpdated);
  EXPECT_FALSE(world.Journal()) << "a whole image is what helps";
}

TEST(UpdateJournal, OfADeviceThatCannotBeRepairedSurvivesARefusedUpdate) {
  FlashWorld world;
  world.LeaveInterrupted();
  world.hardware().before["abort"] = Failing(ErrorCode::kNotSupported, "no abort command");
  world.hardware().BecomeSingleBank();
  const std::shared_ptr<Job> job = world.Admit({.allow_single_bank = true}).value();
  world.hardware().in_use = "interface eth0 is up";
  EXPECT_EQ(world.Execute(job).outcome, JobOutcome::kRefused);
  EXPECT_TRUE(world.Journal());
}

TEST(UpdateJournal, ThatIsDamagedStillTellsThatADeviceWasLeft) {
  FlashWorld world;
  world.LeaveInterrupted();
  for (const auto& file :
       std::filesystem::directory_iterator(world.directory() / "state/journal")) {
    std::ofstream(file.path()) << "nonsense";
  }
  EXPECT_TRUE(world.Inspect()->info);
  EXPECT_EQ(world.hardware().Count("abort"), 1);
  ASSERT_EQ(world.process().notices.size(), 1);
  EXPECT_THAT(world.process().notices[0], HasSubstr("what is known of it can't be read"));
  EXPECT_FALSE(world.Journal());
}

}  // namespace
}  // namespace reflash
