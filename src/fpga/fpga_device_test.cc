// SPDX-License-Identifier: Apache-2.0
// Whole updates of a fake card, through the engine.
#include "fpga/fpga_device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "fpga/card_bench.h"

namespace reflash::fpga {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

std::string DetailOf(const DeviceInfo& info, std::string_view name) {
  const auto found = std::ranges::find(info.details, name, &Detail::name);
  return found == info.details.end() ? "" : found->value;
}

TEST(FpgaDevice, TellsWhatAnN6000IsAndHolds) {
  CardBench bench(CardBench::kN6000);
  bench.card.flash[0x7FF5000] = Bytes(4096, std::byte{0xFF});
  bench.card.flash[0x7FF5000][0] = std::byte{0xF8};
  Bytes root(68, std::byte{0xFF});
  PutWord(root, 0, 0x00305746);
  std::ranges::fill(std::span(root).subspan(4, 48), std::byte{0xAB});
  root[0x34] = std::byte{0xFD};
  root[0x35] = std::byte{0xFE};
  bench.card.flash[0x7FFC000] = root;
  const Result<DeviceInfo> info = bench.Inspect();
  ASSERT_TRUE(info) << info.error().Message();
  EXPECT_EQ(info->vendor, "Intel");
  EXPECT_EQ(info->part, "PAC N6000");
  EXPECT_EQ(info->serial, "00:11:22:33:44:55");
  EXPECT_EQ(info->version, (Version{1, 2, 0}));
  EXPECT_EQ(info->state, "ready");
  EXPECT_EQ(info->DescribeBanks(),
            "bank user1 runs 1.2.0, bank user2 holds an unknown version, bank factory holds an "
            "unknown version");
  EXPECT_EQ(info->capabilities.max_image_bytes, 56U << 20U);
  EXPECT_EQ(DetailOf(*info, "controller firmware"), "2.0.9");
  EXPECT_EQ(DetailOf(*info, "controller build"), "1.2.3");
  EXPECT_EQ(DetailOf(*info, "MAC addresses"), "8");
  EXPECT_EQ(DetailOf(*info, "doorbell"), "idle");
  EXPECT_EQ(DetailOf(*info, "flash count"), "3 of 32768");
  EXPECT_EQ(DetailOf(*info, "flash wear"), "0.0 %");
  EXPECT_EQ(DetailOf(*info, "controller root key hash"), ToHex(Bytes(48, std::byte{0xAB})));
  EXPECT_EQ(DetailOf(*info, "controller canceled keys"), "1, 8");
  EXPECT_EQ(DetailOf(*info, "static region root key hash"), "none");
  EXPECT_EQ(DetailOf(*info, "static region canceled keys"), "none");
}

TEST(FpgaDevice, LeavesTheFlashAloneWhileAnUpdateIsOpen) {
  CardBench bench(CardBench::kN6000);
  bench.card.set_progress(UpdateProgress::kReady);
  const Result<DeviceInfo> info = bench.Inspect();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->state, "ready to take an image");
  EXPECT_EQ(DetailOf(*info, "flash"), "cannot be read while an update is open");
}

TEST(FpgaDevice, SaysThatNothingAnswers) {
  CardBench bench(CardBench::kN3000);
  bench.card.gone = true;
  EXPECT_EQ(bench.Inspect().error().code(), ErrorCode::kNotFound);
}

TEST(FpgaDevice, LoadsRunsAndCommitsAnImageOnAnN6000) {
  CardBench bench(CardBench::kN6000);
  const ImageToLoad image = CardBench::MakeImage();
  const Result<JobSnapshot> job = bench.Flash(image, {.expect_version = Version{1, 3, 0}});
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  EXPECT_EQ(job->percent, 100);
  EXPECT_EQ(job->bank, "user2");
  EXPECT_EQ(job->state,
            "bank user1 holds an unknown version, bank user2 runs 1.3.0, bank factory holds an "
            "unknown version");
  EXPECT_TRUE(job->committed);
  EXPECT_EQ(bench.card.power_on, 2U);
  const ByteView file = image.image.bytes();
  EXPECT_TRUE(std::ranges::equal(ByteView(bench.card.staging).first(file.size()), file));
  EXPECT_EQ(bench.slot.released, 1);
  EXPECT_GE(bench.slot.rescanned, 1);
  EXPECT_EQ(bench.Flash(image)->bank, "user1") << "and back";
}

TEST(FpgaDevice, ReplacesTheOneUserPageOfAnN3000) {
  CardBench bench(CardBench::kN3000);
  const Result<JobSnapshot> job =
      bench.Flash(CardBench::MakeImage(), {.expect_version = Version{1, 3, 0}});
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  EXPECT_EQ(job->state, "bank user runs 1.3.0, bank factory holds an unknown version");
}

TEST(FpgaDevice, ShowsWhatIsStagedUntilItRuns) {
  CardBench bench(CardBench::kN6000);
  ASSERT_EQ(bench.Flash(CardBench::MakeImage(), {.run = false})->outcome, JobOutcome::kDownloaded);
  EXPECT_EQ(DetailOf(*bench.Inspect(), "staged image"), "fw.bin in user2");
  const Result<DeviceInfo> running = bench.Perform(Step::kRun);
  ASSERT_TRUE(running) << running.error().Message();
  EXPECT_EQ(running->RunningBank()->name, "user2") << "what was loaded last";
  EXPECT_EQ(DetailOf(*bench.Inspect(), "staged image"), "");
}

TEST(FpgaDevice, StartsAnyPageThatIsNamed) {
  CardBench bench(CardBench::kN6000);
  for (const std::string page : {"factory", "user2", "user1"}) {
    const Result<DeviceInfo> running = bench.Perform(Step::kRun, {.bank = page});
    ASSERT_TRUE(running) << running.error().Message();
    EXPECT_EQ(running->RunningBank()->name, page);
  }
  EXPECT_EQ(bench.Perform(Step::kRun)->RunningBank()->name, "user2") << "the other user page";
}

TEST(FpgaDevice, GoesBackToThePageThatItLeft) {
  CardBench bench(CardBench::kN6000);
  ASSERT_TRUE(bench.Perform(Step::kRun, {.bank = "factory"}));
  const Result<DeviceInfo> back = bench.Perform(Step::kRollback);
  ASSERT_TRUE(back) << back.error().Message();
  EXPECT_EQ(back->RunningBank()->name, "user1");
  CardBench old(CardBench::kN3000);
  EXPECT_EQ(old.Perform(Step::kRollback)->RunningBank()->name, "factory");
  EXPECT_EQ(old.Perform(Step::kRollback)->RunningBank()->name, "user");
}

TEST(FpgaDevice, CommitsThePageThatRuns) {
  CardBench bench(CardBench::kN6000);
  ASSERT_TRUE(bench.Perform(Step::kRun, {.bank = "user2"}));
  EXPECT_TRUE(bench.Perform(Step::kCommit));
  EXPECT_EQ(bench.card.power_on, 2U);
  ASSERT_TRUE(bench.Perform(Step::kRun, {.bank = "factory"}));
  EXPECT_TRUE(bench.Perform(Step::kCommit));
  EXPECT_EQ(bench.card.power_on, 0U);
  CardBench old(CardBench::kN3000);
  EXPECT_EQ(old.Perform(Step::kCommit).error().code(), ErrorCode::kNotSupported);
}

TEST(FpgaDevice, GoesBackWhenTheCardComesUpWithAnotherVersionOrPage) {
  CardBench wrong(CardBench::kN6000);
  wrong.card.loaded_version = 0x115;
  Result<JobSnapshot> job =
      wrong.Flash(CardBench::MakeImage(), {.expect_version = Version{1, 3, 0}});
  EXPECT_EQ(job->outcome, JobOutcome::kRolledBack);
  EXPECT_EQ(wrong.card.running, 1U);
  EXPECT_EQ(wrong.card.power_on, 1U);

  CardBench factory(CardBench::kN6000);
  factory.card.comes_up_with = 0;
  job = factory.Flash();
  EXPECT_EQ(job->outcome, JobOutcome::kFailed) << "it cannot leave the factory page";
  EXPECT_EQ(factory.card.running, 0U);
}

TEST(FpgaDevice, TellsThatTheCardDidNotComeBack) {
  CardBench bench(CardBench::kN6000);
  bench.card.stays_away = true;
  const Result<DeviceInfo> running = bench.Perform(Step::kRun);
  ASSERT_FALSE(running);
  EXPECT_EQ(running.error().code(), ErrorCode::kTimeout);
  EXPECT_THAT(running.error().Message(), HasSubstr("did not come back within 120 s: nothing "));
}

TEST(FpgaDevice, DoesNotReloadWhatTheSlotDoesNotRelease) {
  CardBench bench(CardBench::kN6000);
  bench.slot.refuses = Error(ErrorCode::kBusy, "a driver holds it");
  EXPECT_EQ(bench.Perform(Step::kRun).error().code(), ErrorCode::kBusy);
  EXPECT_EQ(bench.card.running, 1U);
  EXPECT_FALSE(bench.card.Away());
}

TEST(FpgaDevice, DoesNotReloadWhileTheControllerPrograms) {
  CardBench bench(CardBench::kN6000);
  bench.card.set_progress(UpdateProgress::kCopying);
  EXPECT_EQ(bench.Perform(Step::kRun).error().code(), ErrorCode::kBusy);
  EXPECT_EQ(bench.slot.released, 0);
}

TEST(FpgaDevice, LoadsControllerFirmwareWithoutAReload) {
  CardBench bench(CardBench::kN3000);
  const Result<JobSnapshot> job = bench.Flash(CardBench::MakeImage(ContentSort::kController));
  EXPECT_EQ(job->outcome, JobOutcome::kDownloaded);
  EXPECT_EQ(bench.slot.released, 0);
}

TEST(FpgaDevice, ReportsEachPhaseAndNeverGoesBack) {
  CardBench bench(CardBench::kN6000);
  bench.card.times[UpdateProgress::kPrepare] = minutes(1);
  bench.card.times[UpdateProgress::kCopying] = minutes(30);
  const std::shared_ptr<Job> job = bench.Admit(CardBench::MakeImage()).value();
  std::vector<std::string> words;
  int percent = 0;
  bool went_back = false;
  std::function<void()> look = [&] {
    const JobSnapshot& now = job->snapshot();
    went_back = went_back || now.percent < percent;
    percent = now.percent;
    if (words.empty() || words.back() != now.words) words.push_back(now.words);
    if (!job->ended()) bench.scheduler.AddTimer(bench.scheduler.Now() + milliseconds(500), look);
  };
  bench.scheduler.AddTimer(bench.scheduler.Now(), look);
  ASSERT_TRUE(bench.scheduler.Run(bench.engine.Execute(job)));
  EXPECT_FALSE(went_back);
  EXPECT_THAT(words,
              testing::IsSupersetOf({"erasing the staging area", "authenticating the image",
                                     "copying the image to flash", "loading the FPGA from user2"}));
}

TEST(FpgaDevice, ExpectsOfACardWhatWasSeenOfIt) {
  CardBench bench(CardBench::kN6000);
  bench.card.times[UpdateProgress::kCopying] = minutes(10);
  ASSERT_EQ(bench.Flash()->outcome, JobOutcome::kUpdated);
  const std::shared_ptr<Job> again = bench.Admit(CardBench::MakeImage()).value();
  std::optional<double> eta;
  bench.scheduler.AddTimer(bench.scheduler.Now() + seconds(1),
                           [&] { eta = again->snapshot().eta_seconds; });
  ASSERT_TRUE(bench.scheduler.Run(bench.engine.Execute(again)));
  EXPECT_NEAR(eta.value_or(0), 10 * 60 + 5 + 16, 10);
}

}  // namespace
}  // namespace reflash::fpga
