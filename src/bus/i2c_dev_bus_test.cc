// SPDX-License-Identifier: Apache-2.0
#include "bus/i2c_dev_bus.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <utility>

#include "async/simulated_scheduler.h"
#include "async/suspension.h"
#include "async/task_group.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;

/// A simulated scheduler on which blocking calls take time.
class SlowScheduler : public SimulatedScheduler {
 public:
  Duration call_time{0};  ///< set by a call while it runs

 private:
  class SlowWorker : public Worker {
   public:
    explicit SlowWorker(SlowScheduler& scheduler) : scheduler_(scheduler) {}

   private:
    void DoSubmit(std::move_only_function<void()> call, Suspension& waiting) override {
      call();
      scheduler_.AddTimer(scheduler_.Now() + scheduler_.call_time,
                          [&waiting] { waiting.Resume(); });
    }
    SlowScheduler& scheduler_;
  };

  std::unique_ptr<Worker> DoStartWorker() override { return std::make_unique<SlowWorker>(*this); }
};

/// A port that always wants the bus, for calls of one length.
struct Port {
  Duration call_time;
  Duration held{0};
  FairQueue::Flow flow;
};

Task<void> UseUntil(SlowScheduler& scheduler, I2cDevBus& bus, Port& port, TimePoint end) {
  while (scheduler.Now() < end) {
    co_await bus.Run(port.flow, [&]() -> Result<int> {
      scheduler.call_time = port.call_time;
      return 0;
    });
    port.held += port.call_time;
  }
}

Task<void> UseTogether(SlowScheduler& scheduler, I2cDevBus& bus, Port& one, Port& other) {
  TaskGroup group(scheduler);
  const TimePoint end = scheduler.Now() + 10s;
  group.Spawn(UseUntil(scheduler, bus, one, end));
  group.Spawn(UseUntil(scheduler, bus, other, end));
  co_await group.Wait();
}

TEST(I2cDevBus, GivesPortsTheSameTimeHoweverLongTheirTransactionsAre) {
  SlowScheduler scheduler;
  I2cDevBus bus(scheduler);
  Port bursts{.call_time = 46ms};
  Port polls{.call_time = 100us};
  ASSERT_TRUE(scheduler.Run(UseTogether(scheduler, bus, bursts, polls)));
  EXPECT_NEAR(ToSeconds(bursts.held), 5.0, 0.1);
  EXPECT_NEAR(ToSeconds(polls.held), 5.0, 0.1);
}

Task<I2cDevBus*> Broken(I2cDevBus& bus, Port& port) {
  co_return co_await bus.Run(
      port.flow, []() -> Result<I2cDevBus*> { return Fail(ErrorCode::kRwError, "broken"); });
}

TEST(I2cDevBus, IsFreeAgainAfterACallThatFailed) {
  SlowScheduler scheduler;
  I2cDevBus bus(scheduler);
  Port port{.call_time = 0us};
  const auto broken = scheduler.Run(Broken(bus, port));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().Message(), "broken");
  EXPECT_TRUE(scheduler.Run(bus.Run(port.flow, []() -> Result<int> { return 1; })));
}

}  // namespace
}  // namespace reflash
