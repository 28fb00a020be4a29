// SPDX-License-Identifier: Apache-2.0
// An update of an FPGA card that somebody cancels.
#include <chrono>

#include "card_bench.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class CardCancelOf : public CardOf {};
INSTANTIATE_TEST_SUITE_P(, CardCancelOf, BothFamilies(), CardOf::NameOf);

/// What became of an update that was canceled.
struct Canceled {
  Result<void> answer;
  JobSnapshot end;
};

Canceled CancelAfter(CardBench& bench, Duration delay) {
  const std::shared_ptr<Job> job = bench.Admit().value();
  Canceled canceled;
  bench.After(delay, [&] { canceled.answer = job->Cancel(); });
  canceled.end = bench.Execute(job);
  return canceled;
}

TEST_P(CardCancelOf, AtEachMomentEndsTheUpdateOrSaysWhyItCannot) {
  int canceled_updates = 0;
  int refused_cancels = 0;
  for (int after = 0; after < 72'000; after += 700) {
    SCOPED_TRACE(after);
    CardBench bench(GetParam());
    const auto [answer, end] = CancelAfter(bench, milliseconds(after));
    if (answer) {
      ++canceled_updates;
      EXPECT_EQ(end.outcome, JobOutcome::kCanceled);
    } else {
      ++refused_cancels;
      EXPECT_EQ(answer.error().code(), ErrorCode::kBusy);
      EXPECT_THAT(answer.error().Message(), HasSubstr("cannot be stopped now: "));
      EXPECT_EQ(end.outcome, JobOutcome::kUpdated) << end.failure->message;
    }
    EXPECT_FALSE(bench.card().Controller().busy());
    bench.ExpectNoRuleBroken();
  }
  EXPECT_GT(canceled_updates, 0);
  EXPECT_GT(refused_cancels, 0);
}

TEST_P(CardCancelOf, BetweenTwoBlocksLeavesTheCardAsItWasAndTheNextUpdateSucceeds) {
  for (int after = 56'080; after < 56'160; after += 4) {
    SCOPED_TRACE(after);
    CardBench bench(GetParam());
    const auto [answer, end] = CancelAfter(bench, milliseconds(after));
    if (!answer) break;  // the image was handed over
    EXPECT_EQ(end.outcome, JobOutcome::kCanceled);
    EXPECT_EQ(bench.Running(), CardBench::kOld);
    EXPECT_FALSE(bench.card().Controller().busy());
    bench.ExpectUpdates();
    bench.ExpectNoRuleBroken();
  }
}

TEST_P(CardCancelOf, WhileTheStagingAreaIsErasedIsHonouredBehindIt) {
  CardBench bench(GetParam());
  const auto [answer, end] = CancelAfter(bench, seconds(20));
  EXPECT_TRUE(answer);
  EXPECT_EQ(end.outcome, JobOutcome::kCanceled);
  EXPECT_GT(end.seconds, 55);
  EXPECT_LT(end.seconds, 62);
  EXPECT_EQ(bench.card().Controller().staging().used_bytes(), 0U);
}

TEST_P(CardCancelOf, WhileTheImageIsProgrammedIsRefused) {
  CardBench bench(GetParam());
  const auto [answer, end] = CancelAfter(bench, seconds(60));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(answer.error().Message(),
              HasSubstr("the controller authenticates and programs the image"));
  EXPECT_EQ(end.outcome, JobOutcome::kUpdated);
  EXPECT_EQ(bench.Running(), CardBench::kNew);
}

TEST_P(CardCancelOf, BeforeItHasBegunTouchesNothing) {
  CardBench bench(GetParam());
  const std::shared_ptr<Job> job = bench.Admit().value();
  EXPECT_TRUE(job->Cancel());
  EXPECT_EQ(job->snapshot().outcome, JobOutcome::kCanceled);
  EXPECT_EQ(bench.card().Controller().flash().update_count(), 0U);
  bench.ExpectUpdates();
}

}  // namespace
}  // namespace reflash
