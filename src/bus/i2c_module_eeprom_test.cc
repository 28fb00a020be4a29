// SPDX-License-Identifier: Apache-2.0
#include "bus/i2c_module_eeprom.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "async/simulated_scheduler.h"
#include "bus/scripted_port.h"

namespace reflash {
namespace {

using testing::ElementsAre;

constexpr EepromAddress kStatus{.offset = 0x25};
constexpr EepromAddress kHeader{.page = 0x9F, .offset = 0x80};
constexpr EepromAddress kPayload{.page = 0xA0, .offset = 0x80};

class I2cModuleEepromTest : public testing::Test {
 protected:
  Result<EepromReply> Read(EepromAddress address, std::size_t count) {
    return scheduler_.Run(eeprom_->Read(address, count));
  }
  Result<EepromReply> Write(EepromAddress address, std::size_t count) {
    return scheduler_.Run(eeprom_->Write(address, Bytes(count)));
  }

  /// The module will show this selection when it is asked.
  void Show(unsigned bank, unsigned page) { script_.Acknowledge(MakeBytes({bank, page})); }

  /// Puts page 9Fh in place, looked at before and after as in every beginning.
  void SelectHeader() {
    Show(0x00, 0x00);
    script_.Acknowledge();
    Show(0x00, 0x9F);
    ASSERT_TRUE(Read(kHeader, 1));
    script_.TakeTransactions();
  }

  /// The module will acknowledge the write of bank and page twice, and show page 00h.
  void IgnorePairs() {
    Show(0x00, 0x00);
    for (int attempt = 0; attempt < 2; ++attempt) {
      script_.Acknowledge();
      Show(0x00, 0x00);
    }
  }

  void Limit(std::size_t bytes) {
    script_.limits = {.max_write_bytes = bytes, .max_read_bytes = bytes};
    eeprom_ = std::make_unique<I2cModuleEeprom>(std::make_unique<ScriptedPort>(script_));
  }

  SimulatedScheduler scheduler_;
  PortScript script_;
  std::unique_ptr<I2cModuleEeprom> eeprom_ =
      std::make_unique<I2cModuleEeprom>(std::make_unique<ScriptedPort>(script_));
};

TEST_F(I2cModuleEepromTest, ReadsTheLowerMemoryWithoutSelectingAPage) {
  script_.Acknowledge(MakeBytes({0x01, 0x02}));
  const Result<EepromReply> reply = Read(kStatus, 2);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->acknowledged);
  EXPECT_EQ(reply->read, MakeBytes({0x01, 0x02}));
  EXPECT_THAT(script_.transactions, ElementsAre("W25 R2"));
}

TEST_F(I2cModuleEepromTest, SelectsBankAndPageInOneWriteAndLooksBeforeAndAfterTheFirst) {
  Show(0x00, 0x00);
  script_.Acknowledge();
  Show(0x01, 0x9F);
  ASSERT_TRUE(Read({.bank = 1, .page = 0x9F, .offset = 0x86}, 4));
  EXPECT_THAT(script_.transactions, ElementsAre("W7e R2", "W7e019f", "W7e R2", "W86 R4"));
}

TEST_F(I2cModuleEepromTest, DoesNotMakeASelectionThatItFindsMade) {
  Show(0x00, 0x9F);
  ASSERT_TRUE(Read(kHeader, 1));
  EXPECT_THAT(script_.transactions, ElementsAre("W7e R2", "W80 R1"));
}

TEST_F(I2cModuleEepromTest, RemembersTheSelectionAndDoesNotReadTheNextOneBack) {
  SelectHeader();
  ASSERT_TRUE(Read(kHeader, 1));
  ASSERT_TRUE(Read(kStatus, 1));
  ASSERT_TRUE(Write(kHeader, 2));
  ASSERT_TRUE(Write(kPayload, 3));
  EXPECT_THAT(script_.transactions,
              ElementsAre("W80 R1", "W25 R1", "W800000", "W7e00a0", "W80000000"));
}

TEST_F(I2cModuleEepromTest, SelectsAgainWhenOnlyTheBankIsAnother) {
  SelectHeader();
  ASSERT_TRUE(Read({.bank = 1, .page = 0x9F, .offset = 0x80}, 1));
  EXPECT_THAT(script_.transactions, ElementsAre("W7e019f", "W80 R1"));
}

TEST_F(I2cModuleEepromTest, LooksAtTheSelectionAfterAnAccessThatWasNotAcknowledged) {
  SelectHeader();
  script_.Refuse();
  const Result<EepromReply> reply = Read(kStatus, 1);
  ASSERT_TRUE(reply);
  EXPECT_FALSE(reply->acknowledged);
  Show(0x00, 0x00);
  script_.Acknowledge();
  Show(0x00, 0x9F);
  ASSERT_TRUE(Read(kHeader, 1));
  EXPECT_THAT(script_.transactions, ElementsAre("W25 R1", "W7e R2", "W7e009f", "W7e R2", "W80 R1"));
}

TEST_F(I2cModuleEepromTest, LooksAtTheSelectionAfterAnError) {
  SelectHeader();
  script_.Break();
  const Result<EepromReply> broken = Read(kHeader, 1);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().Message(), "the bus broke");
  Show(0x00, 0x9F);
  ASSERT_TRUE(Read(kHeader, 1));
  EXPECT_THAT(script_.transactions, ElementsAre("W80 R1", "W7e R2", "W80 R1"));
}

TEST_F(I2cModuleEepromTest, ReportsASelectionThatWasNotAcknowledged) {
  SelectHeader();
  script_.Refuse();
  const Result<EepromReply> refused = Write(kPayload, 1);
  ASSERT_TRUE(refused);
  EXPECT_FALSE(refused->acknowledged);
  Show(0x00, 0x9F);
  script_.Acknowledge();
  Show(0x00, 0xA0);
  const Result<EepromReply> taken = Write(kPayload, 1);
  ASSERT_TRUE(taken);
  EXPECT_TRUE(taken->acknowledged);
  EXPECT_THAT(script_.transactions, ElementsAre("W7e00a0", "W7e R2", "W7e00a0", "W7e R2", "W8000"));
}

TEST_F(I2cModuleEepromTest, ReportsABusyModuleAsNotAcknowledgedInTheFirstSelection) {
  script_.Refuse();
  const Result<EepromReply> reply = Read(kHeader, 1);
  ASSERT_TRUE(reply);
  EXPECT_FALSE(reply->acknowledged);
  EXPECT_THAT(script_.transactions, ElementsAre("W7e R2"));
}

TEST_F(I2cModuleEepromTest, DoesNotSilenceAgainAModuleThatIsSilentAfterTheSelection) {
  Show(0x00, 0x00);
  script_.Acknowledge();
  script_.Refuse();
  const Result<EepromReply> silent = Read(kHeader, 1);
  ASSERT_TRUE(silent);
  EXPECT_FALSE(silent->acknowledged);
  Show(0x00, 0x9F);
  ASSERT_TRUE(Read(kHeader, 1));
  EXPECT_THAT(script_.transactions, ElementsAre("W7e R2", "W7e009f", "W7e R2", "W7e R2", "W80 R1"));
}

TEST_F(I2cModuleEepromTest, DoesNotTakeAModuleThatJustBecameReadyForOneOfSingleBytes) {
  Show(0x00, 0x00);
  script_.Refuse();
  Show(0x00, 0x00);
  script_.Acknowledge();
  Show(0x00, 0x9F);
  script_.Acknowledge(MakeBytes({0x00}));
  ASSERT_TRUE(Read(kHeader, 1));
  script_.TakeTransactions();
  ASSERT_TRUE(Read(kPayload, 1));
  EXPECT_THAT(script_.transactions, ElementsAre("W7e00a0", "W80 R1"));
}

TEST_F(I2cModuleEepromTest, FallsBackToSingleBytesForAModuleThatIgnoresThePair) {
  IgnorePairs();
  script_.Acknowledge();
  script_.Acknowledge();
  Show(0x00, 0x9F);
  ASSERT_TRUE(Read(kHeader, 1));
  EXPECT_THAT(script_.TakeTransactions(),
              ElementsAre("W7e R2", "W7e009f", "W7e R2", "W7e009f", "W7e R2", "W7e00", "W7f9f",
                          "W7e R2", "W80 R1"));
  ASSERT_TRUE(Read(kPayload, 1));
  EXPECT_THAT(script_.transactions, ElementsAre("W7e00", "W7fa0", "W80 R1"));
}

TEST_F(I2cModuleEepromTest, DoesNotWriteTheBankOfAPageThatHasNone) {
  Limit(2);
  Show(0xFF, 0x00);
  script_.Acknowledge();
  Show(0xFF, 0x01);  // nor does it care what stands there
  ASSERT_TRUE(Read({.page = 0x01, .offset = 0xA3}, 2));
  EXPECT_THAT(script_.transactions, ElementsAre("W7e R2", "W7f01", "W7e R2", "Wa3 R2"));
}

TEST_F(I2cModuleEepromTest, SaysWhatTheModuleShowsWhenItDoesNotSelectAndLearnsNothingFromIt) {
  IgnorePairs();
  script_.Acknowledge();
  script_.Acknowledge();
  Show(0x00, 0x00);
  const Result<EepromReply> reply = Read(kHeader, 1);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::kHwError);
  EXPECT_EQ(reply.error().Message(),
            "bank 0, page 9Fh was selected, but the module shows bank 0, page 00h");
  script_.TakeTransactions();
  Show(0x00, 0x00);
  script_.Acknowledge();
  Show(0x00, 0xA0);
  ASSERT_TRUE(Read(kPayload, 1));
  EXPECT_THAT(script_.transactions, ElementsAre("W7e R2", "W7e00a0", "W7e R2", "W80 R1"));
}

TEST_F(I2cModuleEepromTest, TakesAModuleForBusyThatRefusesEveryWayToSelect) {
  Show(0x00, 0x00);
  for (int attempt = 0; attempt < 3; ++attempt) {
    script_.Refuse();
    Show(0x00, 0x00);
  }
  const Result<EepromReply> reply = Read(kHeader, 1);
  ASSERT_TRUE(reply);
  EXPECT_FALSE(reply->acknowledged);
}

TEST_F(I2cModuleEepromTest, SelectsAgainAfterForget) {
  SelectHeader();
  eeprom_->Forget();
  ASSERT_TRUE(Read(kHeader, 1));
  EXPECT_THAT(script_.transactions, ElementsAre("W7e009f", "W80 R1"));
}

TEST_F(I2cModuleEepromTest, SelectsAgainAfterAWriteThatRanPastTheEndOfThePage) {
  SelectHeader();
  ASSERT_TRUE(Write(kPayload, 128));
  ASSERT_TRUE(Read(kPayload, 1));
  script_.TakeTransactions();
  ASSERT_TRUE(Write(kPayload, 129));
  script_.TakeTransactions();
  ASSERT_TRUE(Read(kPayload, 1));
  EXPECT_THAT(script_.transactions, ElementsAre("W7e00a0", "W80 R1"));
}

TEST_F(I2cModuleEepromTest, SelectsAgainAfterAWriteOfTheSelectionItself) {
  SelectHeader();
  ASSERT_TRUE(Write({.offset = 0x7A}, 4));  // a password, which ends before
  ASSERT_TRUE(Read(kHeader, 1));
  ASSERT_TRUE(Write({.offset = 0x7E}, 1));
  ASSERT_TRUE(Read(kHeader, 1));
  EXPECT_THAT(script_.transactions,
              ElementsAre("W7a00000000", "W80 R1", "W7e00", "W7e009f", "W80 R1"));
}

TEST_F(I2cModuleEepromTest, TakesTheOffsetOffTheLongestWrite) {
  Limit(32);
  EXPECT_EQ(eeprom_->limits().max_write_bytes, 31U);
  EXPECT_EQ(eeprom_->limits().max_read_bytes, 32U);
  EXPECT_TRUE(Write(kStatus, 31));
  EXPECT_FALSE(Write(kStatus, 32));
}

struct RefusedAccess {
  EepromAddress address;
  std::size_t count;
};

TEST_F(I2cModuleEepromTest, RefusesReadsThatLeaveTheirMemory) {
  for (const auto& [address, count] :
       {RefusedAccess{{.offset = 0x7F}, 2}, RefusedAccess{{.offset = 0x00}, 0x81},
        RefusedAccess{{.page = 0xA0, .offset = 0xFF}, 2}, RefusedAccess{{.offset = 0x80}, 0}}) {
    const Result<EepromReply> reply = Read(address, count);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(script_.transactions.empty());
}

TEST_F(I2cModuleEepromTest, RefusesWritesThatLeaveTheirMemory) {
  for (const auto& [address, count] :
       {RefusedAccess{{.offset = 0x7F}, 2}, RefusedAccess{{.page = 0x9F, .offset = 0xFF}, 2},
        RefusedAccess{{.page = 0xB0, .offset = 0xFF}, 2},
        RefusedAccess{{.page = 0xA0, .offset = 0x80}, 2049},
        RefusedAccess{{.page = 0xAF, .offset = 0xFF}, 2}, RefusedAccess{{.offset = 0x80}, 0}}) {
    const Result<EepromReply> reply = Write(address, count);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(script_.transactions.empty());
}

TEST_F(I2cModuleEepromTest, TakesAWriteOverAllPayloadPages) {
  SelectHeader();
  EXPECT_TRUE(Write(kPayload, 2048));
}

}  // namespace
}  // namespace reflash
