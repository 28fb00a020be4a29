// SPDX-License-Identifier: Apache-2.0
// What is refused, what fails and what is canceled, through the engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "fpga/card_bench.h"
#include "fpga/fpga_device.h"

namespace reflash::fpga {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

struct Refusal {
  ContentSort sort;
  ContentPurpose purpose;
  JobOptions allowed;
  std::string_view option;
};

TEST(FpgaDeviceFailure, WantsAnOptionForEachThingThatCannotBeUndone) {
  for (const auto& [sort, purpose, allowed, option] : {Refusal{ContentSort::kFactory,
                                                               ContentPurpose::kUpdate,
                                                               {.allow_factory_image = true},
                                                               "--allow-factory-image"},
                                                       Refusal{ContentSort::kController,
                                                               ContentPurpose::kRootKeyHash256,
                                                               {.allow_key_hash = true},
                                                               "--allow-key-hash"},
                                                       Refusal{ContentSort::kStaticRegion,
                                                               ContentPurpose::kRootKeyHash384,
                                                               {.allow_key_hash = true},
                                                               "--allow-key-hash"},
                                                       Refusal{ContentSort::kStaticRegion,
                                                               ContentPurpose::kCancelKey,
                                                               {.allow_key_cancellation = true},
                                                               "--allow-key-cancellation"}}) {
    CardBench bench(CardBench::kN6000);
    const ImageToLoad image = CardBench::MakeImage(sort, purpose);
    for (const JobOptions& others :
         {JobOptions{.force = true, .allow_single_bank = true},
          JobOptions{.allow_factory_image = !allowed.allow_factory_image,
                     .allow_key_hash = !allowed.allow_key_hash,
                     .allow_key_cancellation = !allowed.allow_key_cancellation}}) {
      const Result<JobSnapshot> refused = bench.Flash(image, others);
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code(), ErrorCode::kPermission);
      EXPECT_THAT(refused.error().Message(), HasSubstr(option));
    }
    EXPECT_EQ(bench.card.progress(), UpdateProgress::kIdle) << "nothing was touched";
    const Result<JobSnapshot> done = bench.Flash(image, allowed);
    ASSERT_TRUE(done) << done.error().Message();
    EXPECT_EQ(done->outcome, JobOutcome::kDownloaded);
    EXPECT_EQ(bench.slot.released, 0) << "there is nothing to start";
  }
}

TEST(FpgaDeviceFailure, DoesNotReplaceTheFactoryImageThatRuns) {
  CardBench bench(CardBench::kN6000);
  bench.card.running = 0;
  const auto refused =
      bench.Flash(CardBench::MakeImage(ContentSort::kFactory), {.allow_factory_image = true});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kBusy);
}

TEST(FpgaDeviceFailure, TakesNoSortOfWhichNobodyKnowsWhereItGoes) {
  CardBench bench(CardBench::kN6000);
  for (const ContentSort sort :
       {ContentSort::kPartialRegion, ContentSort::kPxe, ContentSort::kThermal,
        ContentSort::kThermalAlternate, ContentSort::kDeviceManager}) {
    EXPECT_EQ(bench.Flash(CardBench::MakeImage(sort)).error().code(), ErrorCode::kNotSupported);
  }
}

TEST(FpgaDeviceFailure, RefusesBadFilesBeforeTheCardIsTouched) {
  CardBench bench(CardBench::kN6000);
  Bytes damaged = MakePacsignFile();
  damaged.back() ^= std::byte{1};
  const auto refused =
      bench.Flash({.image = Image::FromBytes(damaged, "fw.bin").value(), .manifest = std::nullopt},
                  {.force = true});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidImage);
  const Bytes large(FindFamily(CardBench::kN6000)->flash.staging_bytes + 1);
  EXPECT_EQ(
      bench.Flash({.image = Image::FromBytes(large, "fw.bin").value(), .manifest = std::nullopt})
          .error()
          .code(),
      ErrorCode::kInvalidSize);
  EXPECT_EQ(bench.card.progress(), UpdateProgress::kIdle);
}

struct PhaseFault {
  UpdateProgress phase;
  std::uint8_t status;
  Phase shown;
  ErrorCode code;
};

TEST(FpgaDeviceFailure, KeepsTheCardBootableAndFreeWhateverPhaseFails) {
  for (const auto& [phase, status, shown, code] :
       {PhaseFault{UpdateProgress::kPrepare, 7, Phase::kPreparing, ErrorCode::kHwError},
        PhaseFault{UpdateProgress::kAuthenticating, 2, Phase::kProgramming,
                   ErrorCode::kInvalidImage},
        PhaseFault{UpdateProgress::kCopying, 3, Phase::kProgramming, ErrorCode::kHwError}}) {
    CardBench bench(CardBench::kN6000);
    bench.card.fails = {{phase, status}};
    const Result<JobSnapshot> job = bench.Flash();
    EXPECT_EQ(job->outcome, JobOutcome::kFailed);
    EXPECT_EQ(job->failure->code, code);
    EXPECT_EQ(job->failure->phase, shown);
    EXPECT_EQ(bench.card.running, 1U);
    EXPECT_EQ(bench.card.power_on, 1U);
    bench.card.fails.clear();
    EXPECT_EQ(bench.Flash()->outcome, JobOutcome::kUpdated);
    EXPECT_TRUE(bench.notices.empty());
  }
}

TEST(FpgaDeviceFailure, CanBeCanceledUntilTheImageIsHandedOverAndSaysSoFromThere) {
  for (Duration after{0}; after < seconds(60); after += milliseconds(490)) {
    CardBench bench(CardBench::kN6000);
    const std::shared_ptr<Job> job = bench.Admit(CardBench::MakeImage()).value();
    Result<void> answer = Fail(ErrorCode::kNotFound, "not asked");
    UpdateProgress progress{};
    bench.scheduler.AddTimer(bench.scheduler.Now() + after, [&] {
      progress = bench.card.progress();
      answer = job->Cancel();
    });
    ASSERT_TRUE(bench.scheduler.Run(bench.engine.Execute(job)));
    EXPECT_EQ(job->snapshot().outcome, answer ? JobOutcome::kCanceled : JobOutcome::kUpdated);
    const bool programs =
        progress == UpdateProgress::kAuthenticating || progress == UpdateProgress::kCopying;
    if (programs) {
      EXPECT_EQ(answer.error().Message(),
                "cannot be stopped now: the controller authenticates and programs the image");
    }
    if (answer) {
      EXPECT_EQ(bench.card.progress(), UpdateProgress::kIdle);
    }
  }
}

TEST(FpgaDeviceFailure, EndsWhatAKilledProcessLeftOpen) {
  CardBench bench(CardBench::kN6000);
  bench.card.set_progress(UpdateProgress::kReady);
  const Result<DeviceInfo> info = bench.Perform(Step::kAbort);
  ASSERT_TRUE(info) << info.error().Message();
  EXPECT_EQ(bench.card.progress(), UpdateProgress::kIdle);
}

TEST(FpgaDeviceFailure, SaysThatTheCardWentAwayInTheMiddle) {
  CardBench bench(CardBench::kN6000);
  bench.scheduler.AddTimer(bench.scheduler.Now() + seconds(8), [&] { bench.card.gone = true; });
  const Result<JobSnapshot> job = bench.Flash();
  EXPECT_EQ(job->outcome, JobOutcome::kFailed);
  EXPECT_EQ(job->failure->code, ErrorCode::kNotFound);
  bench.card.gone = false;
  bench.card.set_progress(UpdateProgress::kIdle);
  EXPECT_EQ(bench.Flash()->outcome, JobOutcome::kUpdated);
  EXPECT_EQ(bench.notices.size(), 1U) << "the journal knew";
}

}  // namespace
}  // namespace reflash::fpga
