// SPDX-License-Identifier: Apache-2.0
#include "async/task_group.h"

#include <gtest/gtest.h>

#include "async/simulated_scheduler.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;

Task<void> FailAfter(Scheduler& scheduler, Duration duration, std::string words) {
  co_await scheduler.Sleep(duration);
  co_await Fail(ErrorCode::kHwError, "{}", words);
}

TEST(TaskGroup, ThatIsEmptyHasEnded) {
  SimulatedScheduler scheduler;
  TaskGroup group(scheduler);
  EXPECT_TRUE(scheduler.Run(group.Wait()));
}

TEST(TaskGroup, RunsItsTasksSideBySide) {
  SimulatedScheduler scheduler;
  TaskGroup group(scheduler);
  for (int count = 0; count < 10; ++count) group.Spawn(scheduler.Sleep(7s));
  EXPECT_EQ(group.running(), 10U);
  EXPECT_TRUE(scheduler.Run(group.Wait()));
  EXPECT_EQ(group.running(), 0U);
  EXPECT_EQ(scheduler.Now().time_since_epoch(), 7s);
}

TEST(TaskGroup, EndsWithTheFirstErrorAfterAllHaveEnded) {
  SimulatedScheduler scheduler;
  TaskGroup group(scheduler);
  group.Spawn(FailAfter(scheduler, 5s, "later"));
  group.Spawn(FailAfter(scheduler, 2s, "first"));
  group.Spawn(scheduler.Sleep(9s));
  const Result<void> result = scheduler.Run(group.Wait());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().Message(), "first");
  EXPECT_EQ(scheduler.Now().time_since_epoch(), 9s);
}

TEST(TaskGroup, TellsAnErrorOnceAndCanBeUsedAgain) {
  SimulatedScheduler scheduler;
  TaskGroup group(scheduler);
  group.Spawn(FailAfter(scheduler, 1s, "failed"));
  EXPECT_FALSE(scheduler.Run(group.Wait()));
  group.Spawn(scheduler.Sleep(1s));
  EXPECT_TRUE(scheduler.Run(group.Wait()));
}

Task<void> SpawnMore(Scheduler& scheduler, TaskGroup& group, int depth) {
  co_await scheduler.Sleep(1s);
  if (depth > 0) group.Spawn(SpawnMore(scheduler, group, depth - 1));
}

TEST(TaskGroup, WaitsAlsoForTasksThatItsTasksSpawn) {
  SimulatedScheduler scheduler;
  TaskGroup group(scheduler);
  group.Spawn(SpawnMore(scheduler, group, 4));
  EXPECT_TRUE(scheduler.Run(group.Wait()));
  EXPECT_EQ(scheduler.Now().time_since_epoch(), 5s);
}

Task<void> OwnGroup(Scheduler& scheduler) {
  TaskGroup group(scheduler);
  group.Spawn(scheduler.Sleep(1s));
  group.Spawn(FailAfter(scheduler, 1s, "failed"));
  co_await group.Wait();
}

TEST(TaskGroup, MayEndAsSoonAsItHasBeenWaitedFor) {
  SimulatedScheduler scheduler;
  EXPECT_FALSE(scheduler.Run(OwnGroup(scheduler)));
}

}  // namespace
}  // namespace reflash
