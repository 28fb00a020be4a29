// SPDX-License-Identifier: Apache-2.0
#include "capi/facility_sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stop_token>

#include "async/simulated_scheduler.h"
#include "capi/patient_call.h"
#include "capi/scripted_facility.h"

namespace reflash::capi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr FacilityOperation kDownload = FacilityOperation::kDownload;
constexpr FacilityOperation kValidate = FacilityOperation::kValidate;
constexpr AdapterIdentity kIdentity{.vendor = 0x1014, .device = 0x0477};
constexpr std::size_t kFirst = 1'048'448;
constexpr std::size_t kChunk = 1'048'576;

FacilityReply Reply(std::int64_t code, std::uint64_t token = 0) {
  return {.code = code, .token = token};
}

Image ImageOf(std::size_t size) { return Image::FromBytes(Bytes(size), "fw.bin").value(); }

/// A sequence that meets a script.
struct Meeting {
  Meeting(std::size_t image_bytes, std::vector<ScriptedCall> script,
          FacilityOperation operation = kDownload)
      : facility(scheduler, std::move(script)),
        sequence(scheduler, facility, operation, kIdentity, ImageOf(image_bytes)) {}

  Result<std::uint64_t> Send(std::uint64_t offset, const std::stop_token& stop = {}) {
    return scheduler.Run(sequence.Send(offset, stop));
  }

  SimulatedScheduler scheduler;
  ScriptedFacility facility;
  FacilitySequence sequence;
};

TEST(FacilitySequence, CarriesTheTokenFromChunkToChunk) {
  Meeting meeting(kFirst + kChunk + 5, {{kDownload, 0, kChunk, Reply(18, 11)},
                                        {kDownload, 11, kChunk, Reply(18, 12)},
                                        {kDownload, 12, 5, Reply(0, 13)}});
  EXPECT_EQ(meeting.Send(0), kFirst);
  EXPECT_EQ(meeting.Send(kFirst), kChunk);
  EXPECT_FALSE(meeting.sequence.complete());
  EXPECT_EQ(meeting.Send(kFirst + kChunk), 5U);
  EXPECT_TRUE(meeting.sequence.complete());
}

TEST(FacilitySequence, RepeatsACallWithTheTokenOfTheAnswerAndNeverBeforeItsHint) {
  Meeting meeting(100,
                  {{kValidate, 0, 228, Reply(1, 21)},
                   {kValidate, 21, 228, Reply(9900, 22)},
                   {kValidate, 22, 228, Reply(9903, 23)},
                   {kValidate, 23, 228, Reply(9904, 24)},
                   {kValidate, 24, 228, Reply(0)}},
                  kValidate);
  EXPECT_EQ(meeting.Send(0), 100U);
  EXPECT_THAT(meeting.facility.moments(),
              ElementsAre(seconds(0), milliseconds(10), milliseconds(11), milliseconds(1011),
                          milliseconds(11'011)));
}

TEST(FacilitySequence, KeepsTheTokenOfContinueAfterBusy) {
  Meeting meeting(kFirst + 1, {{kDownload, 0, kChunk, Reply(1, 31)},
                               {kDownload, 31, kChunk, Reply(18, 32)},
                               {kDownload, 32, 1, Reply(9901, 33)},
                               {kDownload, 33, 1, Reply(0)}});
  EXPECT_TRUE(meeting.Send(0));
  EXPECT_TRUE(meeting.Send(kFirst));
}

TEST(FacilitySequence, WaitsForHintsOfUpTo120Seconds) {
  Meeting meeting(100, {{kDownload, 0, 228, Reply(9905)},
                        {kDownload, 0, 228, Reply(9904)},
                        {kDownload, 0, 228, Reply(9904)},
                        {kDownload, 0, 228, Reply(0)}});
  EXPECT_TRUE(meeting.Send(0));
  EXPECT_EQ(meeting.scheduler.Now().time_since_epoch(), seconds(120));
}

TEST(FacilitySequence, GivesABusyPlatformUpBeforeWaitingForMore) {
  Meeting meeting(100, {{kDownload, 0, 228, Reply(9905)}, {kDownload, 0, 228, Reply(9905)}});
  const auto sent = meeting.Send(0);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(sent.error().Message(), HasSubstr("200 s in sum; 120 s"));
  EXPECT_EQ(meeting.scheduler.Now().time_since_epoch(), seconds(100));
}

TEST(FacilitySequence, CountsTheHintsOfEachChunkByItself) {
  Meeting meeting(kFirst + 1, {{kDownload, 0, kChunk, Reply(9905)},
                               {kDownload, 0, kChunk, Reply(18)},
                               {kDownload, 0, 1, Reply(9905)},
                               {kDownload, 0, 1, Reply(0)}});
  EXPECT_TRUE(meeting.Send(0));
  EXPECT_TRUE(meeting.Send(kFirst));
}

TEST(FacilitySequence, DoesNotSpinWhileThePlatformIsBusy) {
  std::vector<ScriptedCall> script(50, {kDownload, 0, 228, Reply(1)});
  script.push_back({kDownload, 0, 228, Reply(0)});
  Meeting meeting(100, std::move(script));
  EXPECT_TRUE(meeting.Send(0));
  EXPECT_EQ(meeting.scheduler.Now().time_since_epoch(), milliseconds(500));
}

TEST(FacilitySequence, IsNotContentWithASuccessBeforeTheEnd) {
  Meeting meeting(kFirst + 1, {{kDownload, 0, kChunk, Reply(0)}});
  const auto sent = meeting.Send(0);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code(), ErrorCode::kHwError);
  EXPECT_EQ(sent.error().Message(),
            "the platform says that it has the whole image after 1048448 of 1048449 bytes");
  EXPECT_FALSE(meeting.sequence.complete());
}

TEST(FacilitySequence, IsNotContentWithAPlatformThatWantsMoreThanThereIs) {
  Meeting meeting(100, {{kDownload, 0, 228, Reply(18, 5)}});
  const auto sent = meeting.Send(0);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code(), ErrorCode::kHwError);
  EXPECT_EQ(sent.error().Message(), "the platform wants more after 100 of 100 bytes");
  EXPECT_FALSE(meeting.sequence.complete());
}

TEST(FacilitySequence, TakesChunksInTheirOrderAlone) {
  Meeting meeting(kFirst + 1, {{kDownload, 0, kChunk, Reply(18)}});
  EXPECT_EQ(meeting.Send(5).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(meeting.Send(0));
  EXPECT_EQ(meeting.Send(0).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(meeting.Send(kFirst + 1).error().code(), ErrorCode::kInvalidArgument);
}

TEST(FacilitySequence, TakesNothingAfterItsEnd) {
  Meeting meeting(100, {{kDownload, 0, 228, Reply(0)}});
  EXPECT_TRUE(meeting.Send(0));
  EXPECT_EQ(meeting.Send(100).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(meeting.Send(0).error().code(), ErrorCode::kInvalidArgument);
}

// B5.1: where the caller's memory could not be read, the kernel's driver said "complete".
TEST(FacilitySequence, IsNeverCompleteAfterAFailure) {
  for (const Result<FacilityReply>& reply :
       {Result<FacilityReply>(Fail(ErrorCode::kRwError, "the way is broken")),
        Result<FacilityReply>(Reply(-70)), Result<FacilityReply>(Reply(77))}) {
    Meeting meeting(100, {{kValidate, 0, 228, reply}}, kValidate);
    const auto sent = meeting.Send(0);
    ASSERT_FALSE(sent);
    EXPECT_THAT(sent.error().Message(), HasSubstr("the chunk at 0x0 was not validated: "));
    EXPECT_FALSE(meeting.sequence.complete());
    EXPECT_EQ(meeting.Send(0).error().code(), ErrorCode::kInvalidArgument) << "nor goes on";
  }
}

// B5.3: the kernel's driver had one token for all adapters.
TEST(FacilitySequence, SharesNothingWithThatOfAnotherAdapter) {
  Meeting one(kFirst + 1, {{kDownload, 0, kChunk, Reply(18, 1)}, {kDownload, 1, 1, Reply(0)}});
  Meeting other(kFirst + 2, {{kDownload, 0, kChunk, Reply(18, 2)}, {kDownload, 2, 2, Reply(0)}});
  EXPECT_TRUE(one.Send(0));
  EXPECT_TRUE(other.Send(0));
  EXPECT_TRUE(one.Send(kFirst));
  EXPECT_TRUE(other.Send(kFirst));
}

TEST(FacilitySequence, StopsWhereThePlatformMakesItWait) {
  Meeting meeting(100, {{kDownload, 0, 228, Reply(9905)}});
  std::stop_source stop;
  meeting.scheduler.AddTimer(TimePoint(seconds(3)), [&stop] { stop.request_stop(); });
  EXPECT_EQ(meeting.Send(0, stop.get_token()).error().code(), ErrorCode::kCanceled);
  EXPECT_EQ(meeting.scheduler.Now().time_since_epoch(), seconds(3));
}

TEST(PatientCall, GivesCallsThatHandOverNothingUpAfter60Seconds) {
  SimulatedScheduler scheduler;
  std::vector<ScriptedCall> script(7, {FacilityOperation::kReset, 0, 0, Reply(9904)});
  ScriptedFacility facility(scheduler, std::move(script));
  const auto reset = scheduler.Run(
      CallPatiently(scheduler, facility, FacilityOperation::kReset, 0, {}, std::stop_token{}));
  EXPECT_EQ(reset.error().code(), ErrorCode::kBusy);
  EXPECT_EQ(scheduler.Now().time_since_epoch(), seconds(60));
}

}  // namespace
}  // namespace reflash::capi
