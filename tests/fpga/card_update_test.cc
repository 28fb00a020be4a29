// SPDX-License-Identifier: Apache-2.0
// The driver for FPGA cards against emulated cards: whole updates, and what is refused.
#include <algorithm>
#include <chrono>

#include "card_bench.h"
#include "emu/image_format.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr std::size_t kStagingBytes = 56U << 20U;

class CardUpdateOf : public CardOf {};
INSTANTIATE_TEST_SUITE_P(, CardUpdateOf, BothFamilies(), CardOf::NameOf);

TEST_P(CardUpdateOf, LoadsRunsAndCommitsTheImageByteForByteAndBreaksNoRule) {
  CardBench bench(GetParam());
  const ImageToLoad image = CardBench::MakeImage(100'000);
  const Result<JobSnapshot> job = bench.Flash(image, CardBench::Expecting(CardBench::kNew));
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  EXPECT_EQ(job->percent, 100);
  EXPECT_EQ(job->from_version, "1.2.0");
  EXPECT_EQ(job->version, "1.3.0");
  EXPECT_TRUE(job->committed);
  const emu::CardBanks& banks = bench.card().Banks();
  EXPECT_EQ(job->bank, banks.NameOf(bench.NewPage()));
  EXPECT_EQ(banks.bank(bench.NewPage()).sha256, emu::Sha256Hex(image.image.bytes()));
  EXPECT_EQ(banks.power_on(), bench.NewPage());
  EXPECT_EQ(banks.bank(emu::CardPage::kFactory).version, CardBench::kFactory);
  bench.ExpectNoRuleBroken();
}

TEST_P(CardUpdateOf, TakesImagesOfEverySizeAtTheEdgesOfABlock) {
  for (const std::size_t size : {1152UL, 1153UL, 16'383UL, 16'384UL, 16'385UL, 32'770UL}) {
    CardBench bench(GetParam());
    const Result<JobSnapshot> job = bench.Flash(CardBench::MakeImage(size));
    ASSERT_TRUE(job) << job.error().Message();
    EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << size << ": " << job->failure->message;
    // The last word is filled up.
    EXPECT_EQ(bench.card().Controller().staging().used_bytes(), (size + 3) / 4 * 4);
    bench.ExpectNoRuleBroken();
  }
}

TEST_P(CardUpdateOf, CanBeRepeatedBackAndForth) {
  CardBench bench(GetParam());
  for (const Version version : {Version{1, 3, 0}, Version{1, 1, 7}, Version{2, 0, 15}}) {
    const ImageToLoad image =
        CardBench::MakeImage(5'000, emu::CardImageSort::kStaticRegion, version);
    const Result<JobSnapshot> job = bench.Flash(image, CardBench::Expecting(version));
    ASSERT_TRUE(job) << job.error().Message();
    EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
    EXPECT_EQ(bench.Running(), version);
  }
  bench.ExpectNoRuleBroken();
}

TEST_P(CardUpdateOf, IsLoadedWithoutBeingStartedAndStartsWhenItIsTold) {
  CardBench bench(GetParam());
  const Result<JobSnapshot> job = bench.Flash(CardBench::MakeImage(), {.run = false});
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kDownloaded);
  EXPECT_EQ(bench.Running(), CardBench::kOld);
  EXPECT_THAT(bench.Detail("staged image"), HasSubstr("fw.bin in user"));
  const Result<DeviceInfo> run = bench.Perform(Step::kRun);
  ASSERT_TRUE(run) << run.error().Message();
  EXPECT_EQ(run->version, CardBench::kNew);
  EXPECT_EQ(bench.Running(), CardBench::kNew);
  EXPECT_EQ(bench.Detail("staged image"), "-");
  bench.ExpectNoRuleBroken();
}

TEST_P(CardUpdateOf, ABankThatIsNamedIsStarted) {
  CardBench bench(GetParam());
  const Result<DeviceInfo> factory = bench.Perform(Step::kRun, {.bank = "factory"});
  ASSERT_TRUE(factory) << factory.error().Message();
  EXPECT_EQ(factory->RunningBank()->name, "factory");
  EXPECT_EQ(bench.Running(), CardBench::kFactory);
  EXPECT_EQ(bench.Perform(Step::kRun, {.bank = "user9"}).error().code(),
            ErrorCode::kInvalidArgument);
  // The image goes to a user page again.
  bench.ExpectUpdates();
  bench.ExpectNoRuleBroken();
}

TEST(N6000Update, IsNotCommittedWhenAskedNotToAndIsGoneAfterAPowerCycle) {
  CardBench bench(emu::CardFamily::kN6000);
  ASSERT_EQ(bench.Flash(CardBench::MakeImage(), {.commit = false})->outcome, JobOutcome::kUpdated);
  EXPECT_EQ(bench.Running(), CardBench::kNew);
  bench.card().PowerCycle();
  bench.Wait(seconds(10));
  EXPECT_EQ(bench.Running(), CardBench::kOld);

  ASSERT_TRUE(bench.Perform(Step::kRun, {.bank = "user2"}));
  ASSERT_TRUE(bench.Perform(Step::kCommit));
  bench.card().PowerCycle();
  bench.Wait(seconds(10));
  EXPECT_EQ(bench.Running(), CardBench::kNew);
  bench.ExpectNoRuleBroken();
}

TEST(N6000Update, IsRolledBackToTheImageOfBeforeForGood) {
  CardBench bench(emu::CardFamily::kN6000);
  ASSERT_EQ(bench.Flash()->outcome, JobOutcome::kUpdated);
  const Result<DeviceInfo> back = bench.Perform(Step::kRollback);
  ASSERT_TRUE(back) << back.error().Message();
  EXPECT_EQ(bench.Running(), CardBench::kOld);
  EXPECT_EQ(bench.card().Banks().power_on(), emu::CardPage::kUser1);
  bench.ExpectNoRuleBroken();
}

TEST(N3000Update, IsRolledBackToTheFactoryPageAndHasNothingToCommit) {
  CardBench bench(emu::CardFamily::kN3000);
  ASSERT_EQ(bench.Flash()->outcome, JobOutcome::kUpdated);
  ASSERT_TRUE(bench.Perform(Step::kRollback));
  EXPECT_EQ(bench.Running(), CardBench::kFactory);
  EXPECT_EQ(bench.Perform(Step::kCommit).error().code(), ErrorCode::kNotSupported);
  ASSERT_TRUE(bench.Perform(Step::kRollback));
  EXPECT_EQ(bench.Running(), CardBench::kNew);
  bench.ExpectNoRuleBroken();
}

TEST_P(CardUpdateOf, WorksWhereRebootsOfTheControllerAreDisabled) {
  CardBench bench({.family = GetParam(), .reboot_disabled = true});
  bench.ExpectUpdates();
  bench.ExpectNoRuleBroken();
}

TEST_P(CardUpdateOf, PutsControllerFirmwareWhereTheControllerKeepsIt) {
  CardBench bench(GetParam());
  const Result<JobSnapshot> job =
      bench.Flash(CardBench::MakeImage(5'000, emu::CardImageSort::kController, Version{2, 9, 1}));
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kDownloaded) << job->failure->message;
  EXPECT_EQ(bench.card().Banks().bank(emu::CardPage::kControllerUser).version, (Version{2, 9, 1}));
  EXPECT_EQ(bench.Running(), CardBench::kOld);
  bench.ExpectNoRuleBroken();
}

// What is refused.

TEST_P(CardUpdateOf, RefusesAnImageThatIsLargerThanTheStagingArea) {
  CardBench bench(GetParam());
  const auto job = bench.Admit(CardBench::MakeImage(kStagingBytes + 1));
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().code(), ErrorCode::kInvalidSize);
  EXPECT_THAT(job.error().Message(), HasSubstr("58720257"));
  EXPECT_EQ(bench.card().Controller().flash().update_count(), 0U);
}

TEST_P(CardUpdateOf, RefusesADamagedFileBeforeTheCardIsAsked) {
  CardBench bench(GetParam());
  const Bytes whole = *emu::MakeCardImage(CardBench::kNew, emu::CardImageSort::kStaticRegion, 5000);
  for (const std::size_t damaged : {0UL, 5UL, 20UL, 60UL, 128UL, 145UL, 1024UL, 4999UL}) {
    Bytes file = whole;
    file[damaged] ^= std::byte{0x10};
    const auto job = bench.Admit(CardBench::FromFile(file));
    ASSERT_FALSE(job) << damaged;
    EXPECT_EQ(job.error().code(), ErrorCode::kInvalidImage) << damaged;
  }
  EXPECT_EQ(bench.card().Controller().flash().update_count(), 0U);
}

TEST_P(CardUpdateOf, OfAWornOutCardIsRefusedByTheCard) {
  CardBench bench({.family = GetParam(), .update_count = 32'767});
  bench.ExpectUpdates();
  JobOptions options;
  options.force = true;
  const Result<JobSnapshot> job = bench.Flash(CardBench::MakeImage(), options);
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kFailed);
  EXPECT_EQ(job->failure->code, ErrorCode::kWearout);
  EXPECT_THAT(job->failure->message, HasSubstr("worn out"));
  EXPECT_EQ(bench.Detail("flash count"), "32768 of 32768");
  EXPECT_EQ(bench.Running(), CardBench::kNew);
  bench.ExpectNoRuleBroken();
}

// Progress.

/// Looks at a job every 100 ms.
class ProgressLog {
 public:
  ProgressLog(CardBench& bench, const Job& job) : bench_(bench), job_(job) { Look(); }

  /// Of all looks before the job had ended.
  [[nodiscard]] const std::vector<int>& percents() const { return percents_; }

 private:
  void Look() {
    if (job_.ended()) return;
    percents_.push_back(job_.snapshot().percent);
    bench_.After(milliseconds(100), [this] { Look(); });
  }

  CardBench& bench_;
  const Job& job_;
  std::vector<int> percents_;
};

TEST_P(CardUpdateOf, HasAProgressThatNeverGoesBackAndIs100OnlyAfterSuccess) {
  CardBench bench(GetParam());
  const std::shared_ptr<Job> job = bench.Admit(CardBench::MakeImage(1U << 20U)).value();
  const ProgressLog log(bench, *job);
  EXPECT_EQ(bench.Execute(job).outcome, JobOutcome::kUpdated);
  EXPECT_TRUE(std::ranges::is_sorted(log.percents()));
  EXPECT_GT(log.percents().size(), 500U);
  EXPECT_LT(log.percents().back(), 100);
  EXPECT_GT(log.percents().back(), 50);
  EXPECT_EQ(job->snapshot().percent, 100);
}

TEST_P(CardUpdateOf, HasAProgressUnder100WhenItFails) {
  CardBench bench(GetParam());
  bench.AddFault("program", "status:03");
  const std::shared_ptr<Job> job = bench.Admit().value();
  const ProgressLog log(bench, *job);
  EXPECT_EQ(bench.Execute(job).outcome, JobOutcome::kFailed);
  EXPECT_TRUE(std::ranges::is_sorted(log.percents()));
  EXPECT_GE(job->snapshot().percent, log.percents().back());
  EXPECT_LT(job->snapshot().percent, 100);
}

}  // namespace
}  // namespace reflash
