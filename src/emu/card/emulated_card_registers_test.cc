// SPDX-License-Identifier: Apache-2.0
#include "emu/card/emulated_card_registers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/simulated_scheduler.h"
#include "async/task_group.h"
#include "emu/card/emulated_pci_slot.h"

namespace reflash::emu {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class World {
 public:
  explicit World(CardSettings settings = {})
      : card(std::move(settings), scheduler), registers(scheduler, card) {}

  std::uint32_t Read(std::uint64_t address) {
    return scheduler.Run(registers.Read(address)).value();
  }
  void Write(std::uint64_t address, std::uint32_t value) {
    ASSERT_TRUE(scheduler.Run(registers.Write(address, value)));
  }

  SimulatedScheduler scheduler;
  EmulatedCard card;
  EmulatedCardRegisters registers;
};

TEST(EmulatedCardRegisters, EachWordOccupiesItsTime) {
  World world;
  world.Read(0);
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(), microseconds(1));
  const auto block =
      world.scheduler.Run(world.registers.ReadBlock(0x17FFC000, 4096, BlockOrder::kAscending));
  EXPECT_EQ(block->size(), 4096U);
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(), microseconds(1025));
  EXPECT_EQ(world.card.counters().accesses, 1025U);
  EXPECT_EQ(world.card.counters().bytes, 4100U);
}

TEST(EmulatedCardRegisters, TwoWaysToACardShareItsBus) {
  World world;
  EmulatedCardRegisters other(world.scheduler, world.card);
  TaskGroup group(world.scheduler);
  group.Spawn(world.registers.Write(0x300830, 0));
  group.Spawn(other.Write(0x300830, 0));
  ASSERT_TRUE(world.scheduler.Run(group.Wait()));
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(), microseconds(2));
}

TEST(EmulatedCardRegisters, RefusesWhatLiesOutside) {
  World world({.family = CardFamily::kN6000});
  const auto code = [&](auto task) {
    const auto result = world.scheduler.Run(std::move(task));
    return result ? ErrorCode::kHwError : result.error().code();
  };
  const Bytes data(8);
  EXPECT_EQ(code(world.registers.Read(0x40000)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(world.registers.Read(2)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(world.registers.Write(~3ULL, 0)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(world.registers.ReadBlock(0x3FFFC, 8, BlockOrder::kAscending)),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(world.registers.WriteBlock(0x3FFFC, data, BlockOrder::kAscending)),
            ErrorCode::kInvalidArgument);
  EXPECT_TRUE(world.scheduler.Run(world.registers.ReadBlock(0x3FFFC, 8, BlockOrder::kFifo)));
}

TEST(EmulatedPciSlot, FindsTheCardWhenItIsBack) {
  World world;
  EmulatedPciSlot slot(world.card);
  ASSERT_TRUE(world.scheduler.Run(slot.Release()));
  world.Write(0x300830, 1U << 20U | 1U << 23U);
  world.Write(0x300830, 1U << 20U | 1U << 23U | 1U << 18U);
  EXPECT_EQ(world.scheduler.Run(slot.Rescan()).error().code(), ErrorCode::kNotFound);
  ASSERT_TRUE(world.scheduler.Run(world.scheduler.Sleep(seconds(4))));
  ASSERT_TRUE(world.scheduler.Run(slot.Rescan()));
  EXPECT_EQ(world.card.counters().releases, 1U);
  EXPECT_EQ(world.card.counters().rescans, 2U);
  EXPECT_EQ(world.card.counters().reloads, 1U);
  EXPECT_THAT(world.card.violations(), IsEmpty());
}

TEST(EmulatedPciSlot, IsReleasedAgainBehindARescanThatFoundNothing) {
  World world;
  EmulatedPciSlot slot(world.card);
  ASSERT_TRUE(world.scheduler.Run(slot.Release()));
  world.card.Remove();
  EXPECT_FALSE(world.scheduler.Run(slot.Rescan()));
  world.card.Insert();
  ASSERT_TRUE(world.scheduler.Run(world.scheduler.Sleep(seconds(4))));
  ASSERT_TRUE(world.scheduler.Run(slot.Release()));
  EXPECT_THAT(world.card.violations(), IsEmpty());
  ASSERT_TRUE(world.scheduler.Run(slot.Release()));
  EXPECT_THAT(world.card.violations(), ElementsAre(HasSubstr("released twice")));
}

TEST(EmulatedPciSlot, PunishesAReloadWithoutRelease) {
  World world;
  EmulatedPciSlot slot(world.card);
  world.Write(0x300830, 1U << 20U | 1U << 23U);
  world.Write(0x300830, 1U << 20U | 1U << 23U | 1U << 18U);
  EXPECT_THAT(world.card.violations(), ElementsAre(HasSubstr("before the machine released")));
}

}  // namespace
}  // namespace reflash::emu
