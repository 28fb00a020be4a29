// SPDX-License-Identifier: Apache-2.0
#include "async/mutex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "async/simulated_scheduler.h"
#include "async/task_group.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class MutexTest : public testing::Test {
 protected:
  /// Holds the mutex for a second. Logs its number, or the negative one when it was stopped.
  Task<void> Hold(int number, std::stop_token stop = {}) {
    const Result<Mutex::Lock> lock = co_await Outcome(mutex_.Acquire(std::move(stop)));
    log_.push_back(lock ? number : -number);
    if (!lock) co_return;
    EXPECT_FALSE(held_) << "two hold the mutex";
    held_ = true;
    co_await scheduler_.Sleep(1s);
    held_ = false;
  }

  Task<void> HoldAndFail() {
    const Mutex::Lock lock = co_await mutex_.Acquire();
    co_await scheduler_.Sleep(1s);
    co_await Fail(ErrorCode::kHwError, "failed under the lock");
  }

  Task<void> HoldAfterAFailure() {
    const Result<void> result = co_await Outcome(HoldAndFail());
    EXPECT_FALSE(result);
    co_await Hold(1);
  }

  SimulatedScheduler scheduler_;
  Mutex mutex_{scheduler_};
  TaskGroup group_{scheduler_};
  std::vector<int> log_;
  bool held_ = false;
};

TEST_F(MutexTest, IsHeldByOneAtATimeInTheOrderOfAsking) {
  for (const int number : {1, 2, 3, 4}) group_.Spawn(Hold(number));
  ASSERT_TRUE(scheduler_.Run(group_.Wait()));
  EXPECT_THAT(log_, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(scheduler_.Now().time_since_epoch(), 4s);
}

TEST_F(MutexTest, IsNotOvertakenBetweenUnlockingAndTheNextHolder) {
  // While the second is woken but has not run, a third asks: it must stand behind.
  scheduler_.AddTimer(scheduler_.Now() + 1s, [this] { group_.Spawn(Hold(3)); });
  group_.Spawn(Hold(1));
  group_.Spawn(Hold(2));
  ASSERT_TRUE(scheduler_.Run(group_.Wait()));
  EXPECT_THAT(log_, ElementsAre(1, 2, 3));
}

TEST_F(MutexTest, GoesToTheNextWhenOneStopsWaiting) {
  std::stop_source source;
  group_.Spawn(Hold(1));
  group_.Spawn(Hold(2, source.get_token()));
  group_.Spawn(Hold(3));
  ASSERT_TRUE(scheduler_.Run(scheduler_.Sleep(500ms)));
  source.request_stop();
  ASSERT_TRUE(scheduler_.Run(group_.Wait()));
  EXPECT_THAT(log_, ElementsAre(1, -2, 3));
  EXPECT_EQ(scheduler_.Now().time_since_epoch(), 2s);
}

TEST_F(MutexTest, IsNotLostWhenTheNextHolderIsStoppedAsItIsWoken) {
  std::stop_source source;
  group_.Spawn(Hold(1));
  group_.Spawn(Hold(2, source.get_token()));
  group_.Spawn(Hold(3));
  // In one round of the scheduler: the first unlocks, which wakes the second; then the stop comes.
  ASSERT_TRUE(scheduler_.Run(scheduler_.Sleep(1s)));
  source.request_stop();
  ASSERT_TRUE(scheduler_.Run(group_.Wait()));
  EXPECT_EQ(log_.size(), 3U);
  EXPECT_EQ(log_.back(), 3);
}

TEST_F(MutexTest, IsFreeAgainAfterItsLastWaiterWasStopped) {
  std::stop_source source;
  group_.Spawn(Hold(1));
  group_.Spawn(Hold(2, source.get_token()));
  ASSERT_TRUE(scheduler_.Run(scheduler_.Sleep(500ms)));
  source.request_stop();
  ASSERT_TRUE(scheduler_.Run(group_.Wait()));
  ASSERT_TRUE(scheduler_.Run(Hold(3)));
  EXPECT_THAT(log_, ElementsAre(1, -2, 3));
}

TEST_F(MutexTest, IsUnlockedByATaskThatEndsInAnError) {
  ASSERT_TRUE(scheduler_.Run(HoldAfterAFailure()));
  EXPECT_THAT(log_, ElementsAre(1));
}

TEST_F(MutexTest, ThatIsFreeIsGivenEvenToOneWhoIsStopped) {
  std::stop_source source;
  source.request_stop();
  ASSERT_TRUE(scheduler_.Run(Hold(1, source.get_token())));
  EXPECT_THAT(log_, ElementsAre(1));
}

}  // namespace
}  // namespace reflash
