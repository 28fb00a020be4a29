// SPDX-License-Identifier: Apache-2.0
// An FPGA card that loses power in an update: it starts from one of its pages, and the next update
// succeeds.
#include <chrono>

#include "card_bench.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AnyOf;

class CardPowerCutOf : public CardOf {};
INSTANTIATE_TEST_SUITE_P(, CardPowerCutOf, BothFamilies(), CardOf::NameOf);

/// The milliseconds of an update of 100 kB: erased at 56 s, transferred then, authenticated at
/// 66 s, programmed at 69 s, loaded from there.
constexpr int kTransferBegins = 56'050;
constexpr int kTransferEnds = 56'170;
constexpr int kUpdateEnds = 72'000;

void ExpectSurvives(emu::CardFamily family, Duration cut) {
  SCOPED_TRACE(ToSeconds(cut));
  CardBench bench(family);
  bench.After(cut, [&bench] { bench.card().PowerCycle(); });
  const Result<JobSnapshot> job = bench.Flash();
  ASSERT_TRUE(job) << job.error().Message();
  bench.Wait(seconds(10));
  const emu::CardBanks& banks = bench.card().Banks();
  EXPECT_TRUE(banks.bank(banks.fpga()).valid);
  EXPECT_TRUE(banks.bank(emu::CardPage::kFactory).valid);
  EXPECT_THAT(bench.Running(), AnyOf(CardBench::kFactory, CardBench::kOld, CardBench::kNew));
  if (job->outcome == JobOutcome::kUpdated) EXPECT_EQ(bench.Running(), CardBench::kNew);
  bench.ExpectUpdates();
  bench.ExpectNoRuleBroken();
}

TEST_P(CardPowerCutOf, AtAnyMomentLeavesACardThatRunsAndCanBeUpdated) {
  for (int cut = 100; cut < kUpdateEnds; cut += 1'300)
    ExpectSurvives(GetParam(), milliseconds(cut));
}

TEST_P(CardPowerCutOf, InTheTransferLeavesACardThatRunsAndCanBeUpdated) {
  for (int cut = kTransferBegins; cut < kTransferEnds; cut += 3) {
    ExpectSurvives(GetParam(), milliseconds(cut));
  }
}

TEST_P(CardPowerCutOf, HalfWayThroughAPhaseFailsTheUpdate) {
  for (const char* phase : {"request", "erase", "transfer", "authenticate", "program"}) {
    SCOPED_TRACE(phase);
    CardBench bench(GetParam());
    bench.AddFault(phase, "power-cut");
    const Result<JobSnapshot> job = bench.Flash();
    ASSERT_TRUE(job) << job.error().Message();
    EXPECT_EQ(job->outcome, JobOutcome::kFailed);
    EXPECT_EQ(job->failure->code, ErrorCode::kNotFound) << job->failure->message;
    bench.Wait(seconds(10));
    const bool overwritten =
        phase == std::string_view("program") && GetParam() == emu::CardFamily::kN3000;
    EXPECT_EQ(bench.Running(), overwritten ? CardBench::kFactory : CardBench::kOld);
    bench.ExpectUpdates();
    bench.ExpectNoRuleBroken();
  }
}

TEST_P(CardPowerCutOf, WhileTheFpgaIsLoadedStartsWhatIsLoadedAtPowerOn) {
  CardBench bench(GetParam());
  bench.AddFault("reload", "power-cut");
  const Result<JobSnapshot> job = bench.Flash();
  ASSERT_TRUE(job) << job.error().Message();
  const bool is_n3000 = GetParam() == emu::CardFamily::kN3000;
  EXPECT_EQ(job->outcome, is_n3000 ? JobOutcome::kUpdated : JobOutcome::kRolledBack);
  EXPECT_EQ(bench.Running(), is_n3000 ? CardBench::kNew : CardBench::kOld);
  bench.ExpectUpdates();
  bench.ExpectNoRuleBroken();
}

}  // namespace
}  // namespace reflash
