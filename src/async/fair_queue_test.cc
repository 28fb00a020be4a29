// SPDX-License-Identifier: Apache-2.0
#include "async/fair_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstddef>
#include <deque>
#include <vector>

#include "async/simulated_scheduler.h"
#include "async/task_group.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;

/// A serial resource and the flows that use it, each with the time it has held it so far.
class SharedBus {
 public:
  struct User {
    FairQueue::Flow flow;
    Duration held{0};
    int turns = 0;
  };

  /// Takes turns of the given lengths, over and over, until a moment.
  Task<void> TakeTurns(User& user, std::vector<Duration> lengths, TimePoint end) {
    for (std::size_t index = 0; scheduler.Now() < end; ++index) {
      co_await TakeTurn(user, lengths[index % lengths.size()]);
    }
  }

  Task<void> TakeTurn(User& user, Duration length) {
    const FairQueue::Turn turn = co_await queue.Acquire(user.flow);
    EXPECT_FALSE(taken_) << "two hold the resource";
    taken_ = true;
    co_await scheduler.Sleep(length);
    taken_ = false;
    user.held += length;
    ++user.turns;
  }

  SimulatedScheduler scheduler;
  FairQueue queue{scheduler};
  TaskGroup group{scheduler};

 private:
  bool taken_ = false;
};

TEST(FairQueue, GivesLongAndShortTurnsTheSameTime) {
  SharedBus bus;
  SharedBus::User slow;
  SharedBus::User quick;
  const TimePoint end = bus.scheduler.Now() + 10s;
  bus.group.Spawn(bus.TakeTurns(slow, {46ms}, end));
  bus.group.Spawn(bus.TakeTurns(quick, {3ms}, end));
  ASSERT_TRUE(bus.scheduler.Run(bus.group.Wait()));
  EXPECT_NEAR(ToSeconds(slow.held), ToSeconds(quick.held), 0.05 * ToSeconds(quick.held));
  EXPECT_GT(quick.turns, 14 * slow.turns);
}

TEST(FairQueue, IsNeverIdleWhileSomebodyWants) {
  SharedBus bus;
  std::deque<SharedBus::User> users(8);
  const TimePoint end = bus.scheduler.Now() + 1s;
  for (SharedBus::User& user : users) bus.group.Spawn(bus.TakeTurns(user, {5ms}, end));
  ASSERT_TRUE(bus.scheduler.Run(bus.group.Wait()));
  Duration held{0};
  for (const SharedBus::User& user : users) held += user.held;
  EXPECT_EQ(held, bus.scheduler.Now().time_since_epoch());
}

TEST(FairQueue, DoesNotSaveUpARest) {
  SharedBus bus;
  SharedBus::User steady;
  SharedBus::User rested;
  bus.group.Spawn(bus.TakeTurns(steady, {3ms}, bus.scheduler.Now() + 20s));
  ASSERT_TRUE(bus.scheduler.Run(bus.scheduler.Sleep(10s)));
  const Duration held_before = steady.held;
  bus.group.Spawn(bus.TakeTurns(rested, {3ms}, bus.scheduler.Now() + 1s));
  ASSERT_TRUE(bus.scheduler.Run(bus.scheduler.Sleep(1s)));
  EXPECT_NEAR(ToSeconds(rested.held), 0.5, 0.01);
  EXPECT_NEAR(ToSeconds(steady.held - held_before), 0.5, 0.01);
  ASSERT_TRUE(bus.scheduler.Run(bus.group.Wait()));
}

TEST(FairQueue, KeepsTheShareOfAFlowThatRestsAfterEachTurn) {
  SharedBus bus;
  std::deque<SharedBus::User> steady(3);
  SharedBus::User resting;
  const TimePoint end = bus.scheduler.Now() + 20s;
  for (SharedBus::User& user : steady) bus.group.Spawn(bus.TakeTurns(user, {20ms}, end));
  const auto rest_after_each = [](SharedBus& shared, SharedBus::User& user,
                                  TimePoint until) -> Task<void> {
    while (shared.scheduler.Now() < until) {
      co_await shared.TakeTurn(user, 20ms);
      co_await shared.scheduler.Sleep(50ms);  // less than the others need together
    }
  };
  bus.group.Spawn(rest_after_each(bus, resting, end));
  ASSERT_TRUE(bus.scheduler.Run(bus.group.Wait()));
  EXPECT_NEAR(ToSeconds(resting.held), 5, 0.25);
}

TEST(FairQueue, LetsALongTurnBeFollowedByTheShortOneThatSetsTheDeviceToWork) {
  SharedBus bus;
  std::deque<SharedBus::User> users(4);
  const TimePoint end = bus.scheduler.Now() + 1s;
  for (SharedBus::User& user : users) bus.group.Spawn(bus.TakeTurns(user, {40ms, 1ms}, end));
  ASSERT_TRUE(bus.scheduler.Run(bus.scheduler.Sleep(45ms)));
  EXPECT_EQ(users[0].turns, 2) << "the others waited for their first turns";
  ASSERT_TRUE(bus.scheduler.Run(bus.group.Wait()));
}

TEST(FairQueue, LetsALatecomerIntoALongQueueAtOnce) {
  SharedBus bus;
  std::deque<SharedBus::User> users(20);
  SharedBus::User latecomer;
  for (SharedBus::User& user : users) {
    bus.group.Spawn(bus.TakeTurns(user, {46ms}, bus.scheduler.Now() + 5s));
  }
  ASSERT_TRUE(bus.scheduler.Run(bus.scheduler.Sleep(2s)));
  const TimePoint asked = bus.scheduler.Now();
  ASSERT_TRUE(bus.scheduler.Run(bus.TakeTurn(latecomer, 1ms)));
  EXPECT_LE(bus.scheduler.Now() - asked, 20 * 46ms + 1ms);
  ASSERT_TRUE(bus.scheduler.Run(bus.group.Wait()));
}

Task<void> FailInTurn(SharedBus& bus, SharedBus::User& user) {
  const FairQueue::Turn turn = co_await bus.queue.Acquire(user.flow);
  co_await Fail(ErrorCode::kRwError, "the bus failed");
}

TEST(FairQueue, IsReleasedByATaskThatEndsInAnError) {
  SharedBus bus;
  SharedBus::User user;
  EXPECT_FALSE(bus.scheduler.Run(FailInTurn(bus, user)));
  EXPECT_TRUE(bus.scheduler.Run(bus.TakeTurn(user, 1ms)));
}

/// The bound that the queue promises. A turn that is under way at the moment of looking is not
/// counted yet: that is the turn of the one that is behind.
RC_GTEST_PROP(FairQueue, KeepsFlowsThatAlwaysWantTheResourceCloseTogether, ()) {
  const auto lengths_ms = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::vector<int>>>(
      rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 100)))));
  SharedBus bus;
  std::deque<SharedBus::User> users(lengths_ms.size());
  std::vector<Duration> longest;
  for (std::size_t index = 0; index < users.size(); ++index) {
    std::vector<Duration> lengths;
    for (const int length : lengths_ms[index])
      lengths.emplace_back(std::chrono::milliseconds(length));
    longest.push_back(std::ranges::max(lengths));
    bus.group.Spawn(bus.TakeTurns(users[index], std::move(lengths), bus.scheduler.Now() + 10s));
  }
  const Duration lead = std::ranges::max(longest) * 9 / 8;
  RC_ASSERT(bus.scheduler.Run(bus.scheduler.Sleep(8s)).has_value());
  std::vector<Duration> held;
  held.reserve(users.size());
  for (const SharedBus::User& user : users) held.push_back(user.held);
  RC_ASSERT(bus.scheduler.Run(bus.group.Wait()).has_value());
  for (std::size_t one = 0; one < users.size(); ++one) {
    for (std::size_t other = 0; other < one; ++other) {
      const Duration bound = lead + longest[one] + longest[other];
      RC_ASSERT(held[one] - held[other] <= bound);
      RC_ASSERT(held[other] - held[one] <= bound);
    }
  }
}

}  // namespace
}  // namespace reflash
