// SPDX-License-Identifier: Apache-2.0
#include "async/simulated_scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "async/task_group.h"
#include "async/waiting_line.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

Duration SinceStart(const Scheduler& scheduler) { return scheduler.Now().time_since_epoch(); }

Task<void> Nothing() { co_return; }

Task<void> LogAfter(Scheduler& scheduler, Duration duration, std::string word,
                    std::vector<std::string>& log) {
  co_await scheduler.Sleep(duration);
  log.push_back(word);
}

Task<void> ThreeSleepers(Scheduler& scheduler, std::vector<std::string>& log) {
  TaskGroup group(scheduler);
  group.Spawn(LogAfter(scheduler, 3s, "three", log));
  group.Spawn(LogAfter(scheduler, 1s, "one", log));
  group.Spawn(LogAfter(scheduler, 2s, "two", log));
  group.Spawn(LogAfter(scheduler, 1s, "one, set later", log));
  co_await group.Wait();
}

TEST(SimulatedScheduler, FiresTimersInTheOrderOfTheirMomentsThenOfTheirSetting) {
  SimulatedScheduler scheduler;
  std::vector<std::string> log;
  ASSERT_TRUE(scheduler.Run(ThreeSleepers(scheduler, log)));
  EXPECT_THAT(log, ElementsAre("one", "one, set later", "two", "three"));
}

TEST(SimulatedScheduler, JumpsToTheNextMomentAndNoFurther) {
  SimulatedScheduler scheduler;
  ASSERT_TRUE(scheduler.Run(scheduler.Sleep(40min)));
  EXPECT_EQ(SinceStart(scheduler), 40min);
}

TEST(SimulatedScheduler, LetsNoTimePassWhileTasksRun) {
  SimulatedScheduler scheduler;
  ASSERT_TRUE(scheduler.Run(Nothing()));
  EXPECT_EQ(SinceStart(scheduler), 0s);
}

TEST(SimulatedScheduler, TellsTheTimeOfDayFromItsOwnTime) {
  SimulatedScheduler scheduler;
  EXPECT_EQ(scheduler.WallClockText(), "2000-01-01T00:00:00Z");
  ASSERT_TRUE(scheduler.Run(scheduler.Sleep(25h + 61s + 900ms)));
  EXPECT_EQ(scheduler.WallClockText(), "2000-01-02T01:01:01Z");
}

Task<void> YieldThenLog(Scheduler& scheduler, std::vector<std::string>& log) {
  scheduler.Spawn(LogAfter(scheduler, -1s, "other", log));
  co_await scheduler.Sleep(0s);
  co_await scheduler.Sleep(0s);
  log.emplace_back("self");
}

TEST(SimulatedScheduler, RunsOtherReadyTasksDuringASleepOfZero) {
  SimulatedScheduler scheduler;
  std::vector<std::string> log;
  ASSERT_TRUE(scheduler.Run(YieldThenLog(scheduler, log)));
  EXPECT_THAT(log, ElementsAre("other", "self"));
  EXPECT_EQ(SinceStart(scheduler), 0s);
}

Task<void> Wander(Scheduler& scheduler, int number, unsigned seed, std::vector<std::string>& log) {
  std::minstd_rand random(seed);
  for (int step = 0; step < 5; ++step) {
    co_await scheduler.Sleep(std::chrono::milliseconds(random() % 1000));
    log.push_back(fmt::format("{} at {}", number, SinceStart(scheduler).count()));
  }
}

Task<void> WanderTogether(Scheduler& scheduler, unsigned seed, std::vector<std::string>& log) {
  TaskGroup group(scheduler);
  for (int number = 0; number < 3000; ++number) {
    group.Spawn(Wander(scheduler, number, seed + static_cast<unsigned>(number), log));
  }
  co_await group.Wait();
}

std::vector<std::string> WanderLog(unsigned seed) {
  SimulatedScheduler scheduler;
  std::vector<std::string> log;
  EXPECT_TRUE(scheduler.Run(WanderTogether(scheduler, seed, log)));
  return log;
}

TEST(SimulatedScheduler, RunsThousandsOfTasksTheSameWayEachTime) {
  const std::vector<std::string> first = WanderLog(1);
  EXPECT_THAT(first, SizeIs(15'000));
  EXPECT_EQ(first, WanderLog(1));
  EXPECT_NE(first, WanderLog(2));
}

Task<int> WaitThenSeven(WaitingLine& line, std::stop_token stop) {
  co_await line.Wait(std::move(stop));
  co_return 7;
}

TEST(SimulatedScheduler, ReportsADeadlock) {
  SimulatedScheduler scheduler;
  WaitingLine line(scheduler);
  const Result<int> result = scheduler.Run(WaitThenSeven(line, {}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kHwError);
  EXPECT_THAT(result.error().Message(), testing::StartsWith("deadlock"));

  line.WakeAll();  // the Task still waits, and what it writes its value to still stands
  EXPECT_TRUE(scheduler.Run(Nothing()));
}

// --- Sleep and its stop token ---

Task<void> StopAfter(Scheduler& scheduler, Duration duration, std::stop_source source) {
  co_await scheduler.Sleep(duration);
  source.request_stop();
}

Task<Result<void>> SleepAndBeStopped(Scheduler& scheduler, Duration sleep, Duration stop_after) {
  std::stop_source source;
  scheduler.Spawn(StopAfter(scheduler, stop_after, source));
  Result<void> result = co_await Outcome(scheduler.Sleep(sleep, source.get_token()));
  co_return Result<Result<void>>(std::move(result));
}

TEST(Sleep, EndsWithCanceledAsSoonAsAStopIsRequested) {
  SimulatedScheduler scheduler;
  const Result<void> result = *scheduler.Run(SleepAndBeStopped(scheduler, 10s, 2s));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kCanceled);
  EXPECT_EQ(SinceStart(scheduler), 2s);
}

TEST(Sleep, EndsOnceWhenItsTimerAndTheStopComeAtTheSameMoment) {
  SimulatedScheduler scheduler;
  // The stop's Sleep was set first, so its timer fires first, but the Task that it wakes runs after
  // both timers have fired: the sleep is over before the stop comes.
  EXPECT_TRUE(*scheduler.Run(SleepAndBeStopped(scheduler, 2s, 2s)));
}

TEST(Sleep, DoesNotBeginWhenAStopWasRequestedBefore) {
  SimulatedScheduler scheduler;
  std::stop_source source;
  source.request_stop();
  const Result<void> result = scheduler.Run(scheduler.Sleep(10s, source.get_token()));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kCanceled);
  EXPECT_EQ(SinceStart(scheduler), 0s);
}

/// Ends, with everything it holds, as the first thing after the stop that it requests itself.
Task<void> StopOwnSleepers(Scheduler& scheduler, std::vector<std::string>& log) {
  std::stop_source source;
  TaskGroup group(scheduler);
  for (int count = 0; count < 3; ++count) {
    group.Spawn(scheduler.Sleep(1h, source.get_token()));
  }
  co_await scheduler.Sleep(1s);
  source.request_stop();
  const Result<void> result = co_await Outcome(group.Wait());
  log.push_back(result ? "done" : result.error().Message());
}

TEST(Sleep, OfManyIsEndedByOneStop) {
  SimulatedScheduler scheduler;
  std::vector<std::string> log;
  ASSERT_TRUE(scheduler.Run(StopOwnSleepers(scheduler, log)));
  EXPECT_THAT(log, ElementsAre("canceled"));
  EXPECT_EQ(SinceStart(scheduler), 1s);
}

TEST(Scheduler, ForgetsATimerThatWasRemoved) {
  SimulatedScheduler scheduler;
  bool fired = false;
  const Scheduler::TimerKey key = scheduler.AddTimer(scheduler.Now() + 1s, [&] { fired = true; });
  scheduler.RemoveTimer(key);
  ASSERT_TRUE(scheduler.Run(scheduler.Sleep(5s)));
  EXPECT_FALSE(fired);
  scheduler.RemoveTimer(key);
}

}  // namespace
}  // namespace reflash
