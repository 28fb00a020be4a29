// SPDX-License-Identifier: Apache-2.0
// Another host that moves the page of a module while the CMIS driver updates it. Nothing can keep
// that host out, and what was written may have gone to its page: the update may fail, and does so
// without harm. (A host that only reads flags does not disturb at all: ambiguity_test.cc.)
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "module_bench.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AnyOf;

void UpdateBeside(milliseconds period, emu::SecondHostAct act, emu::WriteMechanism write) {
  SCOPED_TRACE(fmt::format("act {}, every {} ms, mechanism {:02X}h", static_cast<int>(act),
                           period.count(), static_cast<int>(write)));
  ModuleBench bench({.write = write, .quirks = {.second_host_period = period, .second_host = act}});
  const Image image = ModuleBench::MakeImage(40'001);
  const Result<JobSnapshot> job = bench.Flash(image);
  if (job && job->outcome == JobOutcome::kUpdated) {
    EXPECT_TRUE(std::ranges::equal(bench.BankB().image(), image.bytes()));
  } else if (job) {
    EXPECT_FALSE(job->failure->message.empty());
  } else {
    EXPECT_TRUE(bench.BankB().empty());
  }
  bench.module().PowerCycle();
  ASSERT_TRUE(bench.scheduler().Run(bench.scheduler().Sleep(seconds(10))));
  EXPECT_THAT(bench.Running(), AnyOf(ModuleBench::kOld, ModuleBench::kNew));
}

TEST(SecondHostThatMovesThePage, MayMakeAnUpdateFailButNeverLeavesAWrongImageRunning) {
  for (const auto act : {emu::SecondHostAct::kMovePage, emu::SecondHostAct::kBoth}) {
    for (const auto write : {emu::WriteMechanism::kBoth, emu::WriteMechanism::kLpl}) {
      for (const int period : {7, 50, 333, 1000, 2500, 10'000}) {
        UpdateBeside(milliseconds(period), act, write);
      }
    }
  }
}

TEST(SecondHostThatMovesThePage, DoesNotDisturbAShortUpdateWhenItComesEveryTenSeconds) {
  ModuleBench bench({.quirks = {.second_host_period = seconds(10)}});
  EXPECT_EQ(bench.Flash()->outcome, JobOutcome::kUpdated);
}

}  // namespace
}  // namespace reflash
