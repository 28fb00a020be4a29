// SPDX-License-Identifier: Apache-2.0
#include "emu/emulated_bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <vector>

#include "async/simulated_scheduler.h"
#include "async/task_group.h"

namespace reflash::emu {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// A bus with one module and the port that leads to it.
class World {
 public:
  explicit World(ModuleSettings settings = {}, std::uint32_t clock_hz = 400'000)
      : bus(scheduler, clock_hz),
        module(std::move(settings), scheduler),
        port(bus.Connect(module)) {}

  Result<I2cReply> Transfer(std::initializer_list<I2cMessage> messages) {
    return scheduler.Run(port->Transfer({messages.begin(), messages.size()}));
  }

  SimulatedScheduler scheduler;
  EmulatedBus bus;
  EmulatedModule module;
  std::unique_ptr<EmulatedI2cPort> port;
};

Bytes OffsetAnd(std::size_t count) { return Bytes(1 + count); }

TEST(EmulatedBus, TakesNineClocksAByteAndTwoForAWrite) {
  World world;
  const Bytes write = MakeBytes({0xA0, 1, 2, 3, 4, 5});
  ASSERT_TRUE(world.Transfer({{.write = write}}));
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(), ((7 * 9) + 2) * nanoseconds(2500));
}

TEST(EmulatedBus, TakesThreeClocksMoreForAReadBehindAnOffset) {
  World world;
  const Bytes offset = OffsetAnd(0);
  ASSERT_TRUE(world.Transfer({{.write = offset}, {.read = 10}}));
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(), ((13 * 9) + 3) * nanoseconds(2500));
}

TEST(EmulatedBus, TakesElevenClocksForARefusedAddress) {
  World world({.present = false});
  const Bytes offset = OffsetAnd(0);
  const Result<I2cReply> reply = world.Transfer({{.write = offset}, {.read = 2048}});
  EXPECT_EQ(reply->not_acknowledged_at, 0U);
  EXPECT_TRUE(reply->read.empty());
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(), (9 + 2) * nanoseconds(2500));
}

TEST(EmulatedBus, TakesTheTimeOfItsClockToTheNanosecond) {
  World world({}, 3'000'000);
  const Bytes offset = OffsetAnd(0);
  ASSERT_TRUE(world.Transfer({{.write = offset}}));
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(), nanoseconds(6667));  // 20 clocks
}

TEST(EmulatedBus, IsNotScaledByTheTimeOfItsModules) {
  World world({.time_scale = 100});
  const Bytes offset = OffsetAnd(0);
  ASSERT_TRUE(world.Transfer({{.write = offset}}));
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(), nanoseconds(50'000));
}

TEST(EmulatedBus, DoesNothingForATransferWithoutMessages) {
  World world;
  EXPECT_TRUE(world.Transfer({})->acknowledged());
  EXPECT_EQ(world.port->counters().transactions, 0U);
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(), nanoseconds(0));
}

TEST(EmulatedBus, AnswersAnAddressWithoutData) {
  World world;
  EXPECT_TRUE(world.Transfer({{}})->acknowledged());
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(), 11 * nanoseconds(2500));
}

TEST(EmulatedBus, CountsWhatGoesOverIt) {
  World world;
  const Bytes offset = OffsetAnd(0);
  ASSERT_TRUE(world.Transfer({{.write = offset}, {.read = 4}}));
  world.module.Remove();
  ASSERT_TRUE(world.Transfer({{.write = offset}, {.read = 4}}));
  const BusCounters& counters = world.port->counters();
  EXPECT_EQ(counters.transactions, 2U);
  EXPECT_EQ(counters.bytes, 7U + 1U);
  EXPECT_EQ(counters.nacks, 1U);
  EXPECT_EQ(counters.bus_busy, ((7 * 9) + 3 + 9 + 2) * nanoseconds(2500));
}

TEST(EmulatedBus, RefusesAMessageThatTheAdapterCannotDo) {
  World world;
  const auto port = world.bus.Connect(world.module, {.max_write_bytes = 32, .max_read_bytes = 32});
  const Bytes write(33);
  const std::array messages{I2cMessage{.write = write}};
  const Result<I2cReply> reply = world.scheduler.Run(port->Transfer(messages));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::kInvalidArgument);
}

TEST(EmulatedBus, NamesItsPortsByBusAndModule) {
  SimulatedScheduler scheduler;
  EmulatedBus bus(scheduler, 400'000, "i2c-1");
  EmulatedModule module({.name = "swp1"}, scheduler);
  EXPECT_EQ(bus.Connect(module)->hardware_address(), "i2c-1/swp1");
}

Task<void> ReadOften(Scheduler& scheduler, I2cPort& port, int times, std::size_t count,
                     TimePoint& end) {
  const Bytes offset = MakeBytes({0x80});
  const std::array messages{I2cMessage{.write = offset}, I2cMessage{.read = count}};
  for (int round = 0; round < times; ++round) {
    const I2cReply reply = co_await port.Transfer(messages);
    EXPECT_TRUE(reply.acknowledged());
  }
  end = scheduler.Now();
}

TEST(EmulatedBus, CarriesOneTransactionAtATimeAndIsFairInTime) {
  World world;
  EmulatedModule other({}, world.scheduler);
  const auto other_port = world.bus.Connect(other);
  TimePoint long_end;
  TimePoint short_end;
  TaskGroup group(world.scheduler);
  group.Spawn(ReadOften(world.scheduler, *world.port, 100, 128, long_end));
  group.Spawn(ReadOften(world.scheduler, *other_port, 100, 1, short_end));
  ASSERT_TRUE(world.scheduler.Run(group.Wait()));
  const Duration long_time = 100 * ((131 * 9) + 3) * nanoseconds(2500);
  const Duration short_time = 100 * ((4 * 9) + 3) * nanoseconds(2500);
  EXPECT_EQ(long_end.time_since_epoch(), long_time + short_time);
  EXPECT_LT(short_end.time_since_epoch(), (2 * short_time) + (2 * long_time / 100));
}

TEST(EmulatedBus, GivesTheAnswerOfTheMomentWhenTheTransferEnds) {
  World world({.other_version = Version{1, 0, 0}, .boot = milliseconds(4)});
  world.module.Reset();
  const Bytes offset = MakeBytes({3});
  ASSERT_TRUE(world.scheduler.Run(world.scheduler.Sleep(milliseconds(4) - microseconds(100))));
  // 100 us before it is ready, and the read takes 97.5 us.
  EXPECT_EQ(world.Transfer({{.write = offset}, {.read = 1}})->read, MakeBytes({2 << 1}));
  EXPECT_EQ(world.Transfer({{.write = offset}, {.read = 1}})->read, MakeBytes({3 << 1}));
}

Task<void> RemoveSoon(Scheduler& scheduler, EmulatedModule& module) {
  co_await scheduler.Sleep(microseconds(50));
  module.Remove();
}

TEST(EmulatedBus, DoesNotAcknowledgeWhatIsRemovedInTheMiddleOfATransfer) {
  World world;
  world.scheduler.Spawn(RemoveSoon(world.scheduler, world.module));
  const Bytes offset = OffsetAnd(0);
  const Result<I2cReply> reply = world.Transfer({{.write = offset}, {.read = 100}});
  EXPECT_FALSE(reply->acknowledged());
  EXPECT_EQ(world.port->counters().nacks, 1U);
}

}  // namespace
}  // namespace reflash::emu
