// SPDX-License-Identifier: Apache-2.0
// What `info` shows of an FPGA card.
#include <chrono>

#include "card_bench.h"
#include "fpga/update_state.h"

namespace reflash {
namespace {

using emu::CardImageAction;
using emu::KeyArea;
using testing::HasSubstr;

class CardInfoOf : public CardOf {};
INSTANTIATE_TEST_SUITE_P(, CardInfoOf, BothFamilies(), CardOf::NameOf);

TEST_P(CardInfoOf, ShowsWhatTheCardIsAndRuns) {
  CardBench bench({.family = GetParam(), .serial = "02:00:5e:12:34:56"});
  const Result<DeviceInfo> info = bench.Inspect();
  ASSERT_TRUE(info) << info.error().Message();
  EXPECT_EQ(info->vendor, "Intel");
  EXPECT_EQ(info->part, emu::FactsOf(GetParam()).part);
  EXPECT_EQ(info->serial, "02:00:5e:12:34:56");
  EXPECT_EQ(info->version, CardBench::kOld);
  EXPECT_EQ(info->state, "ready");
  EXPECT_EQ(info->RunningBank()->name, bench.card().Banks().NameOf(emu::CardPage::kUser1));
  EXPECT_TRUE(info->RunningIsCommitted());
  EXPECT_EQ(info->banks.size(), GetParam() == emu::CardFamily::kN3000 ? 2U : 3U);
  EXPECT_EQ(info->capabilities.max_image_bytes, 56U << 20U);
  EXPECT_EQ(bench.Detail("controller firmware"), "2.0.0");
  EXPECT_EQ(bench.Detail("doorbell"), "idle");
  EXPECT_NE(bench.Detail("not known of this family"), "-");
  bench.ExpectNoRuleBroken();
}

TEST_P(CardInfoOf, ShowsHowOftenTheFlashWasWritten) {
  CardBench bench({.family = GetParam(), .update_count = 16'383});
  EXPECT_EQ(bench.Detail("flash count"), "16383 of 32768");
  bench.ExpectUpdates();
  EXPECT_EQ(bench.Detail("flash count"), "16384 of 32768");
  EXPECT_EQ(bench.Detail("flash wear"), "50.0 %");
}

TEST_P(CardInfoOf, ShowsRootKeyHashesAndCanceledKeysOfEachRegion) {
  emu::CardSettings settings{.family = GetParam()};
  const Bytes short_hash = emu::RootEntryHash(5, CardImageAction::kRootHash256);
  const Bytes long_hash = emu::RootEntryHash(6, CardImageAction::kRootHash384);
  settings.keys[static_cast<std::size_t>(KeyArea::kController)] = {.root_hash = short_hash,
                                                                   .canceled = {0, 31, 32}};
  settings.keys[static_cast<std::size_t>(KeyArea::kPartialRegion)] = {.root_hash = long_hash,
                                                                      .canceled = {127}};
  CardBench bench(std::move(settings));
  EXPECT_EQ(bench.Detail("controller root key hash"), ToHex(short_hash));
  EXPECT_EQ(bench.Detail("controller canceled keys"), "0, 31, 32");
  EXPECT_EQ(bench.Detail("static region root key hash"), "none");
  EXPECT_EQ(bench.Detail("static region canceled keys"), "none");
  EXPECT_EQ(bench.Detail("partial region root key hash"), ToHex(long_hash));
  EXPECT_EQ(bench.Detail("partial region canceled keys"), "127");
}

TEST_P(CardInfoOf, ShowsHowTheLastUpdateFailed) {
  CardBench bench(GetParam());
  bench.AddFault("program", "status:03");
  ASSERT_EQ(bench.Flash()->outcome, JobOutcome::kFailed);
  EXPECT_THAT(bench.Detail("doorbell"), HasSubstr("idle; the controller could not copy"));
}

// Another host, such as a management controller, uses the card.

Task<void> RequestUpdate(Scheduler& scheduler, emu::EmulatedCard& card) {
  emu::EmulatedCardRegisters registers(scheduler, card);
  const auto controller = co_await fpga::BoardController::Connect(scheduler, registers);
  co_await controller->UpdateSystem(controller->family().registers.doorbell,
                                    fpga::doorbell::kRequest, fpga::doorbell::kRequest);
}

TEST_P(CardInfoOf, LeavesTheFlashAloneWhileTheUpdateOfAnotherIsOpenOrRequested) {
  CardBench bench(GetParam());
  ASSERT_TRUE(bench.scheduler().Run(RequestUpdate(bench.scheduler(), bench.card())));
  EXPECT_EQ(bench.Detail("flash"), "cannot be read while an update is open");
  bench.Wait(std::chrono::seconds(60));
  EXPECT_EQ(bench.Inspect()->state, "ready to take an image");
  EXPECT_EQ(bench.Detail("flash"), "cannot be read while an update is open");
  bench.ExpectNoRuleBroken();
}

TEST_P(CardInfoOf, AnUpdateDoesNotEndTheUpdateOfAnother) {
  for (const int later : {0, 10, 60}) {
    CardBench bench(GetParam());
    ASSERT_TRUE(bench.scheduler().Run(RequestUpdate(bench.scheduler(), bench.card())));
    bench.Wait(std::chrono::seconds(later));
    const Result<JobSnapshot> job = bench.Flash();
    ASSERT_TRUE(job) << job.error().Message();
    ASSERT_EQ(job->outcome, JobOutcome::kFailed) << later;
    EXPECT_EQ(job->failure->code, ErrorCode::kBusy) << job->failure->message;
    bench.Wait(std::chrono::seconds(60));
    EXPECT_EQ(bench.Inspect()->state, "ready to take an image") << later;
    // Somebody who knows that it was left behind ends it.
    ASSERT_TRUE(bench.Perform(Step::kAbort));
    bench.ExpectUpdates();
    bench.ExpectNoRuleBroken();
  }
}

}  // namespace
}  // namespace reflash
