// SPDX-License-Identifier: Apache-2.0
// BUSY, LONG BUSY and calls that come too late.
#include <chrono>

#include "adapter_bench.h"
#include "async/task_group.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr FacilityOperation kDownload = FacilityOperation::kDownload;
constexpr FacilityOperation kValidate = FacilityOperation::kValidate;
constexpr FacilityOperation kReset = FacilityOperation::kReset;

struct Pattern {
  const char* name;
  unsigned busy_replies;
  bool long_busy;
  Duration erase;
  Duration program;
  Duration validate;
};

class BusyPattern : public testing::TestWithParam<Pattern> {};

TEST_P(BusyPattern, IsSatOutWithNoCallRepeatedEarlierThanItsHint) {
  const Pattern& pattern = GetParam();
  AdapterBench bench({.busy_replies = pattern.busy_replies,
                      .long_busy = pattern.long_busy,
                      .erase = pattern.erase,
                      .program_per_mebibyte = pattern.program,
                      .validate_per_mebibyte = pattern.validate});
  const Image image = AdapterBench::MakeImage();
  const auto last = bench.Flash(image);
  ASSERT_TRUE(last) << last.error().Message();
  EXPECT_EQ(last->outcome, JobOutcome::kUpdated) << (last->failure ? last->failure->message : "");
  EXPECT_TRUE(bench.Holds(image));
  EXPECT_GE(bench.watch().Count(kDownload, 1), 3 * pattern.busy_replies);
  EXPECT_EQ(bench.watch().Count(kDownload, 18), 2U);
  EXPECT_EQ(bench.watch().Count(kDownload, 0), 1U);
  EXPECT_EQ(bench.watch().Count(kValidate, 18), 2U);
  EXPECT_EQ(bench.watch().Count(kValidate, 0), 1U);
  EXPECT_GE(last->seconds, ToSeconds(pattern.erase + 2 * (pattern.program + pattern.validate)));
  bench.ExpectThatNoRuleWasBroken();
}

INSTANTIATE_TEST_SUITE_P(
    Adapter, BusyPattern,
    testing::Values(
        Pattern{"None", 0, true, {}, {}, {}}, Pattern{"BusyOnce", 1, true, {}, {}, {}},
        Pattern{"BusyOften", 40, true, {}, {}, {}},
        Pattern{"LongBusyAlone", 0, true, seconds(20), seconds(2), milliseconds(200)},
        Pattern{"BusyThenLongBusy", 3, true, seconds(20), seconds(2), milliseconds(200)},
        Pattern{"BusyWhileItWorks", 2, false, seconds(20), seconds(2), milliseconds(200)},
        Pattern{"EveryHint", 0, true, milliseconds(111'111), milliseconds(1'111), seconds(11)},
        Pattern{"ShortHints", 0, true, milliseconds(3), milliseconds(7), milliseconds(12)}),
    [](const auto& info) { return std::string(info.param.name); });

struct Endless {
  const char* name;
  bool long_busy;
};
class EndlessBusy : public testing::TestWithParam<Endless> {};

TEST_P(EndlessBusy, IsGivenUpOnceTheHintsOfOneChunkAreOver120Seconds) {
  AdapterBench bench({.long_busy = GetParam().long_busy, .erase = seconds(150)});
  const auto last = bench.Flash();
  ASSERT_TRUE(last) << last.error().Message();
  EXPECT_EQ(last->outcome, JobOutcome::kFailed);
  EXPECT_EQ(last->failure->code, ErrorCode::kBusy);
  EXPECT_THAT(last->failure->message, HasSubstr("120 s are the most"));
  EXPECT_GT(last->seconds, 105);
  EXPECT_LT(last->seconds, 135);
  EXPECT_EQ(bench.watch().Count(kReset, 0), 1U);
  EXPECT_FALSE(bench.HasJournalEntry());
  bench.ExpectThatNoRuleWasBroken();
}

INSTANTIATE_TEST_SUITE_P(Adapter, EndlessBusy,
                         testing::Values(Endless{"Busy", false}, Endless{"LongBusy", true}),
                         [](const auto& info) { return std::string(info.param.name); });

// Late calls.

/// The number of the call that hands over chunk `chunk`, from 0: an update looks five times, then
/// sends chunks.
constexpr std::size_t CallOfChunk(std::size_t chunk) { return 5 + chunk; }

TEST(LateCall, AbortsTheSequenceAndTheNextOneStartsFromTokenZero) {
  // Three chunks go over as downloads, three as validations; the first of either opens a sequence.
  for (const std::size_t chunk : {1U, 2U, 4U, 5U}) {
    SCOPED_TRACE(chunk);
    emu::AdapterSettings settings = AdapterBench::Quick();
    settings.call_timeout = seconds(5);
    AdapterBench bench(settings);
    bench.watch().delays[CallOfChunk(chunk)] = seconds(6);
    const auto last = bench.Flash();
    ASSERT_TRUE(last) << last.error().Message();
    EXPECT_EQ(last->outcome, JobOutcome::kFailed);
    ASSERT_TRUE(last->failure);
    EXPECT_EQ(last->failure->code, ErrorCode::kBusy);
    EXPECT_THAT(last->failure->message, HasSubstr("a call came too late"));
    EXPECT_EQ(bench.watch().Count(chunk < 3 ? kDownload : kValidate, -75), 1U);
    EXPECT_EQ(bench.watch().Count(kReset, 0), 1U);
    EXPECT_THAT(bench.adapter().violations(), ElementsAre(HasSubstr("later than 5.0 s")));
    EXPECT_EQ(bench.adapter().banks().user_runs(), chunk >= 3)
        << "a download that was cut short leaves the factory image";
    bench.ExpectThatTheNextUpdateSucceeds();
    EXPECT_EQ(bench.adapter().violations().size(), 1U) << "none but the one that was staged";
  }
}

TEST(LateCall, IsNoneWhereThePlatformItselfAskedForTheWait) {
  AdapterBench bench({.call_timeout = seconds(5), .erase = seconds(60)});
  EXPECT_EQ(bench.Flash()->outcome, JobOutcome::kUpdated);
  EXPECT_GT(bench.watch().Count(kDownload, 9904), 1U);
  bench.ExpectThatNoRuleWasBroken();
}

TEST(LateCall, IsNoneWhereItStaysUnderTheLimit) {
  emu::AdapterSettings settings = AdapterBench::Quick();
  settings.call_timeout = seconds(5);
  AdapterBench bench(settings);
  for (std::size_t chunk = 0; chunk < 6; ++chunk) {
    bench.watch().delays[CallOfChunk(chunk)] = milliseconds(4'900);
  }
  EXPECT_EQ(bench.Flash()->outcome, JobOutcome::kUpdated);
  bench.ExpectThatNoRuleWasBroken();
}

// Progress.

Task<void> Follow(std::shared_ptr<Job> job, std::vector<int>& percents) {
  Job::Watcher watcher = Job::Watch(std::move(job));
  while (const auto picture = co_await watcher.Next()) percents.push_back(picture->percent);
}

Task<void> ExecuteFollowed(AdapterBench& bench, std::shared_ptr<Job> job,
                           std::vector<int>& percents) {
  TaskGroup both(bench.scheduler);
  both.Spawn(Follow(job, percents));
  both.Spawn(bench.engine.Execute(job));
  co_await both.Wait();
}

TEST(AdapterProgress, NeverGoesBack) {
  for (const char* const fault : {"none", "download", "validate", "reset"}) {
    SCOPED_TRACE(fault);
    emu::AdapterSettings settings{.busy_replies = 1};
    const bool fails = fault != std::string_view("none");
    if (fails) settings = AdapterBench::WithFault(settings, fault, 1, "code:-1");
    AdapterBench bench(settings);
    const auto job = bench.Admit(AdapterBench::MakeImage(7 * AdapterBench::kChunkBytes)).value();
    std::vector<int> percents;
    ASSERT_TRUE(bench.scheduler.Run(ExecuteFollowed(bench, job, percents)));
    EXPECT_TRUE(std::ranges::is_sorted(percents));
    EXPECT_EQ(job->snapshot().outcome, fails ? JobOutcome::kFailed : JobOutcome::kUpdated);
    if (!fails) {
      EXPECT_GT(percents.size(), 14U) << "at least one for each chunk, twice";
      EXPECT_EQ(percents.back(), 100);
    } else {
      EXPECT_LT(percents.back(), 100);
    }
  }
}

}  // namespace
}  // namespace reflash
