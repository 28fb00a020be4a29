// SPDX-License-Identifier: Apache-2.0
// The driver for FPGA cards against emulated cards that fail, hang or leave the bus in each phase
// of an update.
#include <fmt/format.h>

#include <array>
#include <chrono>

#include "card_bench.h"

namespace reflash {
namespace {

using std::chrono::seconds;
using testing::AnyOf;
using testing::HasSubstr;

class CardFaultOf : public CardOf {};
INSTANTIATE_TEST_SUITE_P(, CardFaultOf, BothFamilies(), CardOf::NameOf);

constexpr std::array kPhases{"request", "erase", "transfer", "authenticate", "program"};

/// A status of the reference, A5, and what an update that ends with it says.
struct StatusRow {
  unsigned status;
  ErrorCode code;
  const char* words;
};
constexpr std::array kStatuses{
    StatusRow{0x01, ErrorCode::kTimeout, "waited too long for the host"},
    StatusRow{0x02, ErrorCode::kInvalidImage, "the card refuses the image"},
    StatusRow{0x03, ErrorCode::kHwError, "could not copy the image to flash"},
    StatusRow{0x04, ErrorCode::kHwError, "failed fatally"},
    StatusRow{0x05, ErrorCode::kInvalidImage, "the PKVL refused its image"},
    StatusRow{0x06, ErrorCode::kInvalidImage, "older than the card allows"},
    StatusRow{0x07, ErrorCode::kHwError, "could not erase the staging area"},
    StatusRow{0x08, ErrorCode::kWearout, "the flash is worn out"},
    StatusRow{0x83, ErrorCode::kHwError, "could not start its user image"},
    StatusRow{0x84, ErrorCode::kHwError, "could not start its factory image"},
    StatusRow{0x85, ErrorCode::kHwError, "could not open its flash"},
    StatusRow{0x86, ErrorCode::kHwError, "could not open the FPGA's flash"},
    StatusRow{0x42, ErrorCode::kHwError, "which is in no table"},
};

TEST_P(CardFaultOf, EveryStatusInEveryPhaseIsASentenceAndTheNextUpdateSucceeds) {
  for (const char* phase : kPhases) {
    for (const StatusRow& row : kStatuses) {
      SCOPED_TRACE(fmt::format("{} status {:02x}", phase, row.status));
      CardBench bench(GetParam());
      bench.AddFault(phase, fmt::format("status:{:02x}", row.status));
      const Result<JobSnapshot> job = bench.Flash();
      ASSERT_TRUE(job) << job.error().Message();
      EXPECT_EQ(job->outcome, JobOutcome::kFailed);
      EXPECT_EQ(job->failure->code, row.code);
      EXPECT_THAT(job->failure->message, HasSubstr(row.words));
      EXPECT_THAT(job->failure->message, HasSubstr(fmt::format("status {:02X}h", row.status)));
      EXPECT_EQ(bench.Running(), CardBench::kOld);
      bench.ExpectUpdates();
      bench.ExpectNoRuleBroken();
    }
  }
}

TEST_P(CardFaultOf, AStatusOfAStartIsNoFailureOfAnUpdate) {
  for (const char* effect : {"status:80", "status:81", "status:82"}) {
    CardBench bench(GetParam());
    bench.AddFault("reload", effect);
    bench.ExpectUpdates();
    bench.ExpectNoRuleBroken();
  }
}

TEST_P(CardFaultOf, AFailureKeepsThePhaseAndTheBytesThatWereLeft) {
  CardBench bench(GetParam());
  bench.AddFault("transfer", "status:07");
  const Result<JobSnapshot> job = bench.Flash();
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->failure->phase, Phase::kWriting);
  EXPECT_EQ(job->failure->remaining_bytes, 100'001 - 16'384);
  EXPECT_THAT(job->failure->message, HasSubstr("block 0x4000 was not taken"));
}

// Stuck.

struct StuckRow {
  const char* phase;
  const char* words;
  Duration longest;  ///< to the end of the job
};
constexpr std::array kStuck{
    StuckRow{"request", "took longer than 5 s to begin with the update", seconds(10)},
    StuckRow{"erase", "took longer than 120 s to erase the staging area", seconds(250)},
    StuckRow{"transfer", " 5 s", seconds(80)},
    StuckRow{"authenticate", "it is authenticating the image", seconds(2500)},
    StuckRow{"program", "it is copying the image to flash", seconds(2500)},
    StuckRow{"reload", "did not come back within 120 s", seconds(200)},
};

TEST_P(CardFaultOf, AStuckCardIsGivenUpInTimeAndIsUpdatedAfterAReset) {
  for (const StuckRow& row : kStuck) {
    SCOPED_TRACE(row.phase);
    CardBench bench(GetParam());
    bench.AddFault(row.phase, "stuck");
    const TimePoint begin = bench.scheduler().Now();
    const Result<JobSnapshot> job = bench.Flash();
    ASSERT_TRUE(job) << job.error().Message();
    EXPECT_EQ(job->outcome, JobOutcome::kFailed);
    EXPECT_EQ(job->failure->code, ErrorCode::kTimeout) << job->failure->message;
    EXPECT_THAT(job->failure->message, HasSubstr(row.words));
    EXPECT_LT(bench.scheduler().Now() - begin, row.longest);
    bench.ExpectNoRuleBroken();

    bench.card().Reset();
    bench.Wait(seconds(10));
    bench.ExpectUpdates();
    bench.ExpectNoRuleBroken();
  }
}

TEST_P(CardFaultOf, ARequestThatWasNotTakenIsWithdrawn) {
  CardBench bench(GetParam());
  bench.AddFault("request", "stuck");
  ASSERT_EQ(bench.Flash()->outcome, JobOutcome::kFailed);
  EXPECT_FALSE(bench.card().Controller().requested());
  bench.ExpectUpdates();
}

// Gone.

TEST_P(CardFaultOf, ACardThatIsGoneIsReportedAndUpdatedWhenItIsBack) {
  for (const char* phase : kPhases) {
    SCOPED_TRACE(phase);
    CardBench bench(GetParam());
    bench.AddFault(phase, "remove");
    const Result<JobSnapshot> job = bench.Flash();
    ASSERT_TRUE(job) << job.error().Message();
    EXPECT_EQ(job->outcome, JobOutcome::kFailed);
    EXPECT_EQ(job->failure->code, ErrorCode::kNotFound);
    EXPECT_THAT(job->failure->message, HasSubstr("the card is gone"));
    EXPECT_THAT(job->failure->message, HasSubstr("FFFFFFFFh"));
    const Result<DeviceInfo> info = bench.Inspect();
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code(), ErrorCode::kNotFound);

    bench.card().Insert();
    bench.Wait(seconds(10));
    bench.ExpectUpdates();
    bench.ExpectNoRuleBroken();
  }
}

TEST_P(CardFaultOf, ACardThatIsTakenOutWhileItLoadsIsReportedAndUpdatedWhenItIsBack) {
  CardBench bench(GetParam());
  bench.AddFault("reload", "remove");
  const Result<JobSnapshot> job = bench.Flash();
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kFailed);
  EXPECT_THAT(job->failure->message, HasSubstr("the card did not come back within 120 s"));
  bench.card().Insert();
  bench.Wait(seconds(10));
  bench.ExpectUpdates();
  bench.ExpectNoRuleBroken();
}

// Wrong bits.

TEST_P(CardFaultOf, ADoorbellThatIsReadWrongOnceDisturbsNothing) {
  CardBench bench(GetParam());
  bench.AddFault("request", "garble");
  bench.ExpectUpdates();
  bench.ExpectNoRuleBroken();
}

TEST_P(CardFaultOf, AnImageThatArrivesDamagedIsRefusedByTheCard) {
  for (const char* phase : {"transfer", "authenticate"}) {
    CardBench bench(GetParam());
    bench.AddFault(phase, "garble");
    const Result<JobSnapshot> job = bench.Flash();
    ASSERT_TRUE(job) << job.error().Message();
    EXPECT_EQ(job->failure->code, ErrorCode::kInvalidImage) << phase;
    EXPECT_EQ(bench.Running(), CardBench::kOld);
    bench.ExpectUpdates();
    bench.ExpectNoRuleBroken();
  }
}

TEST_P(CardFaultOf, APageThatDoesNotLoadIsNoticedAndTheCardRunsAnotherOne) {
  for (const char* phase : {"program", "reload"}) {
    CardBench bench(GetParam());
    bench.AddFault(phase, "garble");
    const Result<JobSnapshot> job = bench.Flash();
    ASSERT_TRUE(job) << job.error().Message();
    EXPECT_THAT(job->failure->message, HasSubstr("and came up with"));
    if (GetParam() == emu::CardFamily::kN6000) {
      EXPECT_EQ(job->outcome, JobOutcome::kRolledBack);
      EXPECT_EQ(bench.Running(), CardBench::kOld);
    } else {
      // Its only user page was overwritten: there is no old image to go back to.
      EXPECT_EQ(job->outcome, JobOutcome::kFailed);
      EXPECT_THAT(bench.Running(), AnyOf(CardBench::kFactory, CardBench::kNew));
    }
    bench.ExpectUpdates();
    bench.ExpectNoRuleBroken();
  }
}

}  // namespace
}  // namespace reflash
