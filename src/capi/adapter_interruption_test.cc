// SPDX-License-Identifier: Apache-2.0
// Updates of a fake adapter that are canceled, or whose process died.
#include "capi/adapter_update_fixture.h"

namespace reflash::capi {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

constexpr FacilityOperation kDownload = FacilityOperation::kDownload;
constexpr FacilityOperation kValidate = FacilityOperation::kValidate;

class AdapterInterruptionTest : public AdapterUpdateTest {
 protected:
  /// What Flash does, and somebody who cancels when the call of that number comes.
  JobSnapshot FlashAndCancelAt(int number) {
    const std::shared_ptr<Job> job = Admit(MakeImage(), {.force = true}).value();
    platform.calls = 0;
    platform.before_call = [job, number, this](FacilityOperation, int call) {
      if (call == number) answer_ = job->Cancel();
    };
    EXPECT_TRUE(scheduler.Run(engine.Execute(job)));
    platform.before_call = {};
    return job->snapshot();
  }

  Result<void> answer_;
};

TEST_F(AdapterInterruptionTest, CanBeCanceledBetweenAnyTwoCallsUntilTheReset) {
  // 1 to 3 are looks at the adapter, 4 to 6 downloads, 7 to 9 validations, 10 is the reset.
  for (int call = 1; call <= 9; ++call) {
    SCOPED_TRACE(call);
    platform.log.clear();
    platform.resets = 0;
    const JobSnapshot last = FlashAndCancelAt(call);
    EXPECT_TRUE(answer_);
    EXPECT_EQ(last.outcome, JobOutcome::kCanceled);
    EXPECT_EQ(platform.resets, call > 3 ? 1 : 0) << "nothing was sent before the first chunk";
    EXPECT_EQ(std::ranges::count(platform.log, "download"), std::clamp(call - 3, 0, 3));
    EXPECT_EQ(std::ranges::count(platform.log, "validate"), std::clamp(call - 6, 0, 3));
    EXPECT_FALSE(platform.IsOpen());
    EXPECT_FALSE(HasJournalEntry());
    if (!platform.log.empty()) EXPECT_EQ(platform.log.back(), "rescan");
  }
}

TEST_F(AdapterInterruptionTest, SaysThatItCannotBeCanceledOnceTheResetWasRequested) {
  const JobSnapshot last = FlashAndCancelAt(10);
  EXPECT_EQ(last.outcome, JobOutcome::kUpdated);
  ASSERT_FALSE(answer_);
  EXPECT_EQ(answer_.error().Message(), "cannot be stopped now: the adapter is being reset");
}

TEST_F(AdapterInterruptionTest, IsCanceledInTheMidstOfALongWait) {
  for (const FacilityOperation operation : {kDownload, kValidate}) {
    platform.answers[operation] = {9905};
    const auto job = Admit(MakeImage(), {.force = true}).value();
    scheduler.AddTimer(scheduler.Now() + seconds(5), [job] { EXPECT_TRUE(job->Cancel()); });
    ASSERT_TRUE(scheduler.Run(engine.Execute(job)));
    EXPECT_EQ(job->snapshot().outcome, JobOutcome::kCanceled);
    EXPECT_LT(job->snapshot().seconds, 10);
    EXPECT_EQ(platform.log.back(), "rescan");
  }
}

TEST_F(AdapterInterruptionTest, IsPutInOrderAfterAProcessThatDiedAtAnyCall) {
  for (const auto& open :
       {std::optional<FacilityOperation>{}, std::optional(kDownload), std::optional(kValidate)}) {
    platform.log.clear();
    platform.sequence = open;
    platform.token = 77;
    ASSERT_TRUE(ledger.Begin({.hardware_address = platform.address,
                              .device = "capi0",
                              .image_name = "fw.bin",
                              .phase = Phase::kPreparing,
                              .words = "the image was being loaded"}));
    platform.running = {1, 2, 0};
    EXPECT_EQ(Flash(MakeImage(), {.force = true})->outcome, JobOutcome::kUpdated);
    EXPECT_THAT(std::vector(platform.log.begin(), platform.log.begin() + 4),
                ElementsAre("release", "reset", "rescan", "release"));
  }
}

TEST_F(AdapterInterruptionTest, IsNotResetUnderSomebodyWhoWorksWithItAgain) {
  platform.afus_open = 1;
  EXPECT_TRUE(scheduler.Run(engine.Perform("capi0", Step::kAbort, {})));
  EXPECT_EQ(platform.resets, 0);
}

}  // namespace
}  // namespace reflash::capi
