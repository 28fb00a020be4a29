// SPDX-License-Identifier: Apache-2.0
// Power cuts and cancels at many moments of an update.
#include <chrono>

#include "adapter_bench.h"

namespace reflash {
namespace {

using std::chrono::seconds;

constexpr int kMoments = 75;
constexpr std::size_t kBytes = AdapterBench::kChunkBytes + 300'000;  // two chunks

/// How long an update takes that nothing disturbs.
Duration LengthOfAnUpdate() {
  AdapterBench bench;
  const TimePoint begin = bench.scheduler.Now();
  EXPECT_EQ(bench.Flash(AdapterBench::MakeImage(kBytes))->outcome, JobOutcome::kUpdated);
  return bench.scheduler.Now() - begin;
}

/// What the platform says of its sequence, to somebody else.
bool IsIdle(AdapterBench& bench) {
  const FacilityReply reply =
      bench.adapter().Call(FacilityOperation::kVitalData, 0, {}, bench.scheduler.Now());
  const std::string_view text(reinterpret_cast<const char*>(reply.data.data()), reply.data.size());
  return text.contains("sequence=idle");
}

TEST(AdapterPowerCut, LeavesAnAdapterThatStartsAndCanBeUpdatedAtWhateverMomentItComes) {
  const Duration length = LengthOfAnUpdate();
  const Image image = AdapterBench::MakeImage(kBytes);
  std::map<JobOutcome, int> outcomes;
  for (int moment = 0; moment < kMoments; ++moment) {
    SCOPED_TRACE(moment);
    AdapterBench bench;
    bench.scheduler.AddTimer(bench.scheduler.Now() + length * moment / kMoments,
                             [&bench] { bench.adapter().PowerCycle(); });
    const auto last = bench.Flash(image);
    ASSERT_TRUE(last) << last.error().Message();
    ++outcomes[*last->outcome];
    const bool updated = last->outcome == JobOutcome::kUpdated;
    EXPECT_TRUE(updated || last->outcome == JobOutcome::kFailed);
    if (updated) EXPECT_TRUE(bench.Holds(image) && bench.adapter().banks().user_runs());
    if (!updated) {
      EXPECT_NE(last->failure->code, ErrorCode::kInvalidArgument) << last->failure->message;
      EXPECT_NE(last->failure->code, ErrorCode::kInvalidImage) << last->failure->message;
    }
    EXPECT_TRUE(IsIdle(bench));
    EXPECT_FALSE(bench.HasJournalEntry());
    bench.ExpectThatTheNextUpdateSucceeds();
    bench.ExpectThatNoRuleWasBroken();
  }
  EXPECT_GT(outcomes[JobOutcome::kUpdated], 0) << "before the first chunk, or behind the reset";
  EXPECT_GT(outcomes[JobOutcome::kFailed], kMoments / 2) << "most of it is the download";
}

TEST(AdapterCancel, EndsWithAnAdapterAtRestAtWhateverMomentItComes) {
  const Duration length = LengthOfAnUpdate();
  const Image image = AdapterBench::MakeImage(kBytes);
  std::map<JobOutcome, int> outcomes;
  for (int moment = 0; moment < kMoments; ++moment) {
    SCOPED_TRACE(moment);
    AdapterBench bench;
    const auto job = bench.Admit(image).value();
    const TimePoint at = bench.scheduler.Now() + length * moment / kMoments;
    Result<void> answer;
    bench.scheduler.AddTimer(at, [&] { answer = job->Cancel(); });
    ASSERT_TRUE(bench.scheduler.Run(bench.engine.Execute(job)));
    const JobSnapshot& last = job->snapshot();
    ++outcomes[*last.outcome];
    EXPECT_EQ(last.outcome, answer ? JobOutcome::kCanceled : JobOutcome::kUpdated);
    EXPECT_LT(bench.scheduler.Now() - at, seconds(5)) << "a reset, and no wait for a hint";
    EXPECT_TRUE(IsIdle(bench));
    EXPECT_FALSE(bench.HasJournalEntry());
    bench.ExpectThatTheNextUpdateSucceeds();
    bench.ExpectThatNoRuleWasBroken();
  }
  EXPECT_GT(outcomes[JobOutcome::kUpdated], 0) << "behind the request of the reset";
  EXPECT_GT(outcomes[JobOutcome::kCanceled], kMoments / 2);
}

}  // namespace
}  // namespace reflash
