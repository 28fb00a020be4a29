// SPDX-License-Identifier: Apache-2.0
// A module that restarts by itself in the middle of a command: the CMIS driver notices it, and
// does not take a module for restarted that shows status 00h for other reasons.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "module_bench.h"

namespace reflash {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

struct Restart {
  const char* name;
  const char* command;
  emu::ModuleSettings settings{};
};

void PrintTo(const Restart& restart, std::ostream* stream) { *stream << restart.name; }

const Restart kRestarts[] = {
    {"InStart", "0101"},
    {"InABlock", "0104"},
    {"InComplete", "0107"},
    {"InForeground", "0104", {.background = false}},
    {"InABootWithAnswers", "0104", {.quirks = {.answers_in_boot = true}}},
    {"WithoutFlags", "0104", {.quirks = {.flag_thief = true}}},
    {"InALongBoot", "0104", {.boot = seconds(8)}},
};

class RestartOf : public testing::TestWithParam<Restart> {};
INSTANTIATE_TEST_SUITE_P(, RestartOf, testing::ValuesIn(kRestarts),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(RestartOf, IsReportedAsSoonAsTheModuleAnswersAgain) {
  ModuleBench bench(GetParam().settings);
  bench.module().AddFault(*emu::FaultSettings::Parse(GetParam().command, 1, "power-cut"));
  const TimePoint begin = bench.scheduler().Now();
  const Result<JobSnapshot> job = bench.Flash();
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kFailed);
  EXPECT_EQ(job->failure->code, ErrorCode::kHwError);
  EXPECT_THAT(job->failure->message, HasSubstr("the module restarted during"));
  EXPECT_EQ(job->state, "bank A runs 1.2.0, bank B is empty");
  const Duration before_the_cut = seconds(3);
  EXPECT_LT(bench.scheduler().Now() - begin,
            before_the_cut + bench.module().settings().boot + seconds(1));
  EXPECT_THAT(bench.module().violations(), IsEmpty());

  const Result<JobSnapshot> again = bench.Flash();
  ASSERT_TRUE(again) << again.error().Message();
  EXPECT_EQ(again->outcome, JobOutcome::kUpdated) << again->failure->message;
}

TEST(Restart, IsNotSeenInStatusZeroThatLastsLongOnAModuleThatGoesOn) {
  for (const bool background : {true, false}) {
    ModuleBench bench({.background = background, .quirks = {.status_zero = seconds(4)}});
    const Result<JobSnapshot> job = bench.Flash(ModuleBench::MakeImage(3'000));
    ASSERT_TRUE(job) << job.error().Message();
    EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  }
}

TEST(Restart, WhenTheNewImageIsToBeStartedLeavesTheOldOneRunning) {
  ModuleBench bench;
  bench.module().AddFault(*emu::FaultSettings::Parse("0109", 1, "power-cut"));
  const Result<JobSnapshot> job = bench.Flash();
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kRolledBack);
  EXPECT_EQ(job->state, "bank A runs 1.2.0, bank B holds 1.3.0");
}

}  // namespace
}  // namespace reflash
