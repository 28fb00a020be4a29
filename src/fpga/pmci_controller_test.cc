// SPDX-License-Identifier: Apache-2.0
// The exact accesses through which an N6000 is reached.
#include "fpga/pmci_controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/simulated_scheduler.h"
#include "fpga/scripted_card.h"

namespace reflash::fpga {
namespace {

using testing::HasSubstr;

/// The controller of an N6000 on a script.
struct Scripted {
  explicit Scripted(const std::string& script) : card(script) {}

  SimulatedScheduler scheduler;
  ScriptedCard card;
  PmciController controller{scheduler, card, *FindFamily(0x12), 0x20000};
};

TEST(PmciController, ReadsARegisterAndClearsTheCommand) {
  Scripted pmci(R"(read 20400 -> 0
                   write 20404 <- 1c0
                   write 20400 <- 1
                   read 20400 -> 1
                   read 20400 -> 5
                   read 20408 -> 80
                   write 20400 <- 0)");
  EXPECT_EQ(pmci.scheduler.Run(pmci.controller.ReadSystem(0x1C0)).value(), 0x80U);
}

TEST(PmciController, WritesARegisterAddressAndDataFirst) {
  Scripted pmci(R"(read 20400 -> 0
                   write 20404 <- b8
                   write 2040c <- a00000
                   write 20400 <- 2
                   read 20400 -> 6
                   write 20400 <- 0)");
  EXPECT_TRUE(pmci.scheduler.Run(pmci.controller.WriteSystem(0xB8, 0xA00000)));
}

TEST(PmciController, DoesNotTakeTheAcknowledgementThatAKilledProcessHasLeftForItsOwn) {
  Scripted pmci(R"(read 20400 -> 5
                   write 20400 <- 0
                   write 20404 <- a0
                   write 20400 <- 1
                   read 20400 -> 5
                   read 20408 -> 9
                   write 20400 <- 0
                   write 20404 <- a0
                   write 20400 <- 1
                   read 20400 -> 5
                   read 20408 -> a
                   write 20400 <- 0)");
  EXPECT_EQ(pmci.scheduler.Run(pmci.controller.ReadSystem(0xA0)).value(), 9U);
  EXPECT_EQ(pmci.scheduler.Run(pmci.controller.ReadSystem(0xA0)).value(), 0xAU);
}

/// Answers every read with 1, which acknowledges nothing.
class SilentCard : public CardRegisters {
 public:
  [[nodiscard]] const std::string& hardware_address() const override { return address_; }
  int reads = 0;

 private:
  Task<std::uint32_t> DoRead(std::uint64_t /*address*/) override {
    ++reads;
    co_return 1;
  }
  Task<void> DoWrite(std::uint64_t /*address*/, std::uint32_t /*value*/) override { co_return; }
  Task<Bytes> DoReadBlock(std::uint64_t /*address*/, std::size_t count,
                          BlockOrder /*order*/) override {
    co_return Bytes(count);
  }
  Task<void> DoWriteBlock(std::uint64_t /*address*/, ByteView /*data*/,
                          BlockOrder /*order*/) override {
    co_return;
  }

  std::string address_ = "card:silent";
};

TEST(PmciController, GivesUpACommandThatIsNotAcknowledgedWithin10Milliseconds) {
  SimulatedScheduler scheduler;
  SilentCard card;
  PmciController controller(scheduler, card, *FindFamily(0x12), 0x20000);
  const auto read = scheduler.Run(controller.ReadSystem(0xA0));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), ErrorCode::kTimeout);
  EXPECT_THAT(read.error().Message(), HasSubstr("does not acknowledge a command within 10 ms"));
  EXPECT_GE(scheduler.Now().time_since_epoch(), std::chrono::milliseconds(10));
  EXPECT_LE(scheduler.Now().time_since_epoch(), std::chrono::microseconds(10'100));
  EXPECT_LT(card.reads, 150);
}

TEST(PmciController, SaysThatTheCardIsGoneWhenARegisterReadsAsOnesTwice) {
  Scripted pmci(R"(read 20400 -> ffffffff
                   write 20400 <- 0
                   write 20404 <- 1c0
                   write 20400 <- 1
                   read 20400 -> ffffffff
                   read 20408 -> ffffffff
                   write 20400 <- 0
                   write 20404 <- 1c0
                   write 20400 <- 1
                   read 20400 -> ffffffff
                   read 20408 -> ffffffff
                   write 20400 <- 0)");
  const auto read = pmci.scheduler.Run(pmci.controller.ReadSystem(0x1C0));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), ErrorCode::kNotFound);
}

TEST(PmciController, PutsAsManyWordsIntoTheFifoAsItHasRoomFor) {
  Scripted pmci(R"(read 20040 -> 20
                   fifo 20800 <- 0001020304050607
                   read 20040 -> 0
                   read 20040 -> 10
                   fifo 20800 <- 08090a0b
                   read 20040 -> 2000
                   fifo 20800 <- 0c0d0e0f)");
  const Bytes data = FromHex("000102030405060708090a0b0c0d0e0f").value();
  EXPECT_TRUE(pmci.scheduler.Run(pmci.controller.WriteStaging(0, data)));
}

TEST(PmciController, AsksForTheFlashBeforeItReadsAndGivesItBack) {
  Scripted pmci(R"(read 20400 -> 0
                   write 20404 <- 1d0
                   write 20400 <- 1
                   read 20400 -> 5
                   read 20408 -> 0
                   write 20400 <- 0
                   write 20404 <- 1d0
                   write 2040c <- 20
                   write 20400 <- 2
                   read 20400 -> 6
                   write 20400 <- 0
                   write 20404 <- 1d0
                   write 20400 <- 1
                   read 20400 -> 5
                   read 20408 -> 22
                   write 20400 <- 0
                   write 20044 <- 7ff5000
                   write 20040 <- 20002
                   read 20040 -> 6
                   read 20040 -> 2
                   fifo 20800 -> 0102030405060708
                   write 20040 <- 0
                   write 20404 <- 1d0
                   write 20400 <- 1
                   read 20400 -> 5
                   read 20408 -> 22
                   write 20400 <- 0
                   write 20404 <- 1d0
                   write 2040c <- 2
                   write 20400 <- 2
                   read 20400 -> 6
                   write 20400 <- 0
                   write 20404 <- 1d0
                   write 20400 <- 1
                   read 20400 -> 5
                   read 20408 -> 0
                   write 20400 <- 0)");
  EXPECT_EQ(pmci.scheduler.Run(pmci.controller.ReadFlash(0x7FF5000, 8)).value(),
            FromHex("0102030405060708").value());
}

}  // namespace
}  // namespace reflash::fpga
