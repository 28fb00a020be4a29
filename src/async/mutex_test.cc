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

  static Task<void> Stop(std::stop_source source) {
    source.request_stop();
    co_return;
  }

  /// Runs `task` in the round in which Hold(1), begun before, unlocks the mutex: after that, and
  /// before the Task that the unlocking woke. (Its timer is set later than that of Hold(1), so the
  /// Task stands behind Hold(1) in the run queue, and the woken one behind both.)
  void SpawnBetweenUnlockingAndTheNextHolder(Task<void> task) {
    EXPECT_TRUE(scheduler_.Run(scheduler_.Sleep(500ms)));
    scheduler_.AddTimer(scheduler_.Now() + 500ms, [this, task = std::move(task)]() mutable {
      group_.Spawn(std::move(task));
    });
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
  group_.Spawn(Hold(1));
  group_.Spawn(Hold(2));
  SpawnBetweenUnlockingAndTheNextHolder(Hold(3));
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
  SpawnBetweenUnlockingAndTheNextHolder(Stop(source));
  ASSERT_TRUE(scheduler_.Run(group_.Wait()));
  EXPECT_THAT(log_, ElementsAre(1, 2, 3)) << "the stop comes too late: the mutex is handed over";
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
