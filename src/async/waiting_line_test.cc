// SPDX-License-Identifier: Apache-2.0
#include "async/waiting_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "async/simulated_scheduler.h"
#include "async/task_group.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class WaitingLineTest : public testing::Test {
 protected:
  Task<void> WaitAndLog(int number, std::stop_token stop = {}) {
    const Result<void> result = co_await Outcome(line_.Wait(std::move(stop)));
    log_.push_back(result ? number : -number);
  }

  Task<void> Pause() { return scheduler_.Sleep(1ms); }

  SimulatedScheduler scheduler_;
  WaitingLine line_{scheduler_};
  TaskGroup group_{scheduler_};
  std::vector<int> log_;
};

TEST_F(WaitingLineTest, WakesNobodyWhenNobodyWaits) {
  EXPECT_FALSE(line_.WakeOne());
  EXPECT_TRUE(line_.empty());
}

TEST_F(WaitingLineTest, WakesTheFirstFirst) {
  for (const int number : {1, 2, 3}) group_.Spawn(WaitAndLog(number));
  ASSERT_TRUE(scheduler_.Run(Pause()));
  EXPECT_TRUE(line_.WakeOne());
  ASSERT_TRUE(scheduler_.Run(Pause()));
  EXPECT_THAT(log_, ElementsAre(1));
  line_.WakeAll();
  ASSERT_TRUE(scheduler_.Run(group_.Wait()));
  EXPECT_THAT(log_, ElementsAre(1, 2, 3));
}

TEST_F(WaitingLineTest, TakesOutWhoeverIsStopped) {
  std::stop_source second;
  group_.Spawn(WaitAndLog(1));
  group_.Spawn(WaitAndLog(2, second.get_token()));
  group_.Spawn(WaitAndLog(3));
  ASSERT_TRUE(scheduler_.Run(Pause()));
  second.request_stop();
  line_.WakeAll();
  ASSERT_TRUE(scheduler_.Run(group_.Wait()));
  EXPECT_THAT(log_, ElementsAre(-2, 1, 3));
}

TEST_F(WaitingLineTest, IgnoresAStopOfOneThatIsWokenAlready) {
  std::stop_source source;
  group_.Spawn(WaitAndLog(1, source.get_token()));
  ASSERT_TRUE(scheduler_.Run(Pause()));
  line_.WakeAll();
  source.request_stop();
  ASSERT_TRUE(scheduler_.Run(group_.Wait()));
  EXPECT_THAT(log_, ElementsAre(1));
}

TEST_F(WaitingLineTest, MayBeWokenFromInsideAStopOfThoseWhoWait) {
  std::stop_source source;
  std::vector<int> woken;
  group_.Spawn(WaitAndLog(1, source.get_token()));
  group_.Spawn(WaitAndLog(2, source.get_token()));
  ASSERT_TRUE(scheduler_.Run(Pause()));
  // Registered last, so it runs first: the places it wakes lose their own callbacks meanwhile.
  const std::stop_callback wake(source.get_token(), [this] { line_.WakeAll(); });
  source.request_stop();
  ASSERT_TRUE(scheduler_.Run(group_.Wait()));
  EXPECT_THAT(log_, testing::UnorderedElementsAre(testing::AnyOf(1, -1), testing::AnyOf(2, -2)));
}

}  // namespace
}  // namespace reflash
