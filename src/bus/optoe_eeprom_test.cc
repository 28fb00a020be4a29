// SPDX-License-Identifier: Apache-2.0
#include "bus/optoe_eeprom.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "async/simulated_scheduler.h"
#include "bus/fake_kernel.h"
#include "bus/i2c_dev_port.h"

namespace reflash {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr EepromAddress kStatus{.offset = 37};
constexpr EepromAddress kCommandId{.page = 0x9F, .offset = 128};
constexpr EepromAddress kPayload{.page = 0xA0, .offset = 128};
constexpr auto* kWriteMax = "/sys/bus/i2c/devices/7-0050/write_max";

class OptoeEepromTest : public testing::Test {
 protected:
  Result<std::unique_ptr<ModuleEeprom>> TryOpen(const BusOptions& options = {}) {
    return OptoeEeprom::Open(kernel_, buses_, path_, options);
  }
  void Open(const BusOptions& options = {}) { eeprom_ = TryOpen(options).value(); }

  Result<EepromReply> Read(EepromAddress address, std::size_t count = 1) {
    return scheduler_.Run(eeprom_->Read(address, count));
  }
  Result<EepromReply> Write(EepromAddress address, Bytes data) {
    return scheduler_.Run(eeprom_->Write(address, data));
  }
  std::vector<std::string> TakeAccesses() { return std::exchange(kernel_.accesses, {}); }

  FakeKernel kernel_;
  std::string path_ = kernel_.AddOptoe(7, "pci0/i2c-1", "32\n");
  SimulatedScheduler scheduler_;
  I2cDevBuses buses_{scheduler_};
  std::unique_ptr<ModuleEeprom> eeprom_;
};

struct Place {
  EepromAddress address;
  std::string access;
};

TEST_F(OptoeEepromTest, FindsEachPageWhereOptoeHasIt) {
  Open();
  ASSERT_TRUE(Read(kPayload));  // the bank has been looked at
  for (const auto& [address, access] :
       {Place{{.offset = 0}, "R0+1"}, Place{{.page = 0x9F, .offset = 127}, "R127+1"},
        Place{{.page = 0x01, .offset = 128}, "R256+1"},
        Place{{.page = 0x01, .offset = 255}, "R383+1"},
        Place{{.page = 0x9F, .offset = 128}, "R20480+1"},
        Place{{.page = 0xA0, .offset = 128}, "R20608+1"},
        Place{{.page = 0xFF, .offset = 255}, "R32895+1"}}) {
    TakeAccesses();
    ASSERT_TRUE(Read(address));
    EXPECT_THAT(TakeAccesses(), ElementsAre(access));
  }
}

TEST_F(OptoeEepromTest, GivesWhatItReads) {
  kernel_.memory = {{37, std::byte{0x81}}, {38, std::byte{0x01}}};
  Open();
  const Result<EepromReply> reply = Read(kStatus, 2);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->acknowledged);
  EXPECT_EQ(reply->read, MakeBytes({0x81, 0x01}));
}

TEST_F(OptoeEepromTest, WritesTheCommandIdInOneAccess) {
  Open();
  const Result<EepromReply> reply = Write(kCommandId, MakeBytes({0x01, 0x03}));
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->acknowledged);
  EXPECT_THAT(TakeAccesses(), ElementsAre("R126+1", "W20480:0103"));
}

TEST_F(OptoeEepromTest, LooksWhetherTheModuleShowsPage0BeforeItsUpperMemory) {
  Open();
  ASSERT_TRUE(Read({.page = 0, .offset = 128}, 16));
  EXPECT_THAT(TakeAccesses(), ElementsAre("R127+1", "R128+16"));
}

TEST_F(OptoeEepromTest, PutsBackPage0ThatOptoeCouldNotPutBack) {
  kernel_.memory[127] = std::byte{0x9F};
  Open();
  ASSERT_TRUE(Read({.page = 0, .offset = 128}, 16));
  EXPECT_THAT(TakeAccesses(), ElementsAre("R127+1", "W127:00", "R128+16"));
}

TEST_F(OptoeEepromTest, MakesTheBankZeroOnceAndAgainAfterForget) {
  kernel_.memory[126] = std::byte{1};
  Open();
  ASSERT_TRUE(Read(kCommandId));
  EXPECT_THAT(TakeAccesses(), ElementsAre("R126+1", "W126:00", "R20480+1"));
  ASSERT_TRUE(Read(kPayload));
  EXPECT_THAT(TakeAccesses(), ElementsAre("R20608+1"));
  eeprom_->Forget();
  kernel_.memory[126] = std::byte{0};
  ASSERT_TRUE(Read(kPayload));
  EXPECT_THAT(TakeAccesses(), ElementsAre("R126+1", "R20608+1"));
}

TEST_F(OptoeEepromTest, HasBank0Only) {
  Open();
  for (const Result<EepromReply>& reply :
       {Read({.bank = 1, .page = 0x9F, .offset = 128}),
        Write({.bank = 1, .page = 0x9F, .offset = 128}, MakeBytes({0}))}) {
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::kNotSupported);
  }
  EXPECT_THAT(kernel_.accesses, IsEmpty());
}

TEST_F(OptoeEepromTest, TakesTheErrnosOfASilentModuleForAMissingAcknowledge) {
  Open();
  for (const int errno_value : {ETIMEDOUT, ENXIO, EREMOTEIO}) {
    kernel_.access_results.assign(1, std::unexpected(errno_value));
    const Result<EepromReply> reply = Read(kStatus);
    ASSERT_TRUE(reply) << errno_value;
    EXPECT_FALSE(reply->acknowledged);
    EXPECT_THAT(reply->read, IsEmpty());
  }
}

struct ExpectedError {
  int errno_value;
  ErrorCode code;
  std::string words;
};

TEST_F(OptoeEepromTest, TellsWhatAFailedAccessMeans) {
  Open();
  for (const auto& [errno_value, code, words] :
       {ExpectedError{EINVAL, ErrorCode::kNotSupported, "no such page"},
        ExpectedError{EFBIG, ErrorCode::kNotSupported, "no such page"},
        ExpectedError{ENODEV, ErrorCode::kNotFound, "went away"},
        ExpectedError{EACCES, ErrorCode::kPermission, "cannot be written"},
        ExpectedError{EPERM, ErrorCode::kPermission, "cannot be written"},
        ExpectedError{EIO, ErrorCode::kRwError, "I/O error"},
        ExpectedError{EPROTO, ErrorCode::kRwError, "Protocol error"}}) {
    kernel_.access_results.assign(1, std::unexpected(errno_value));
    const Result<EepromReply> reply = Write(kStatus, MakeBytes({0}));
    ASSERT_FALSE(reply) << errno_value;
    EXPECT_EQ(reply.error().code(), code);
    EXPECT_THAT(reply.error().Message(), AllOf(HasSubstr(path_), HasSubstr(words)));
  }
}

TEST_F(OptoeEepromTest, TakesAPartOfAnAccessForAMissingAcknowledge) {
  Open();
  kernel_.access_results.emplace_back(1U);
  const Result<EepromReply> reply = Read(kStatus, 2);
  ASSERT_TRUE(reply);
  EXPECT_FALSE(reply->acknowledged);
}

TEST_F(OptoeEepromTest, TakesTheEndOfTheFileForAMissingPage) {
  Open();
  kernel_.access_results.emplace_back(0U);
  const Result<EepromReply> reply = Read(kStatus);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::kNotSupported);
}

TEST_F(OptoeEepromTest, DoesNotTouchAModuleThatIsSilentAtTheLookAtItsPage) {
  Open();
  kernel_.access_results.assign(1, std::unexpected(ETIMEDOUT));
  const Result<EepromReply> reply = Write(kCommandId, MakeBytes({0x01, 0x03}));
  ASSERT_TRUE(reply);
  EXPECT_FALSE(reply->acknowledged);
  EXPECT_THAT(TakeAccesses(), ElementsAre("R126+1"));
}

TEST_F(OptoeEepromTest, AllowsWhatOptoeWritesInOnePieceAndAPageARead) {
  Open();
  EXPECT_EQ(eeprom_->limits().max_write_bytes, 32U);
  EXPECT_EQ(eeprom_->limits().max_read_bytes, 128U);
  EXPECT_FALSE(Write(kPayload, Bytes(33)));
  kernel_.contents[kWriteMax] = "1000\n";
  Open();
  EXPECT_EQ(eeprom_->limits().max_write_bytes, 128U);
}

TEST_F(OptoeEepromTest, WritesSingleBytesWhereOptoeHasNoAttribute) {
  kernel_.contents.erase(kWriteMax);
  Open({.max_write_bytes = 33});
  EXPECT_EQ(eeprom_->limits().max_write_bytes, 1U);
  EXPECT_TRUE(Write(kPayload, Bytes(1)));
}

TEST_F(OptoeEepromTest, ObeysAMaxWriteThatIsSmaller) {
  Open({.max_write_bytes = 17});
  EXPECT_EQ(eeprom_->limits().max_write_bytes, 16U);
  EXPECT_EQ(eeprom_->limits().max_read_bytes, 17U);
  ASSERT_TRUE(Write(kPayload, Bytes(16)));
  EXPECT_EQ(kernel_.contents[kWriteMax], "32\n");
}

TEST_F(OptoeEepromTest, RaisesWriteMaxForAConfigurationThatWantsMoreAndPutsItBack) {
  Open({.max_write_bytes = 129});
  EXPECT_EQ(eeprom_->limits().max_write_bytes, 128U);
  ASSERT_TRUE(Write(kPayload, Bytes(32)));
  EXPECT_EQ(kernel_.contents[kWriteMax], "32\n");
  ASSERT_TRUE(Write(kPayload, Bytes(128)));
  EXPECT_EQ(kernel_.contents[kWriteMax], "128\n");
  kernel_.contents[kWriteMax] = "1\n";  // another process has put it back
  ASSERT_TRUE(Write(kPayload, Bytes(2)));
  EXPECT_EQ(kernel_.contents[kWriteMax], "128\n");
  eeprom_.reset();
  EXPECT_EQ(kernel_.contents[kWriteMax], "32\n");
}

TEST_F(OptoeEepromTest, LeavesAWriteMaxThatSomebodyElseHasSet) {
  Open({.max_write_bytes = 129});
  ASSERT_TRUE(Write(kPayload, Bytes(128)));
  kernel_.contents[kWriteMax] = "64\n";
  eeprom_.reset();
  EXPECT_EQ(kernel_.contents[kWriteMax], "64\n");
}

TEST_F(OptoeEepromTest, SendsNothingThatOptoeWouldCut) {
  Open();
  kernel_.contents[kWriteMax] = "1\n";
  const Result<EepromReply> reply = Write(kCommandId, Bytes(8));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::kRwError);
  EXPECT_THAT(reply.error().Message(), HasSubstr("was 32 and is 1 now"));
  EXPECT_THAT(kernel_.accesses, IsEmpty());
}

TEST_F(OptoeEepromTest, SaysWhyWriteMaxCannotBeSet) {
  Open({.max_write_bytes = 129});
  kernel_.write_errors[kWriteMax] = EACCES;
  const Result<EepromReply> reply = Write(kPayload, Bytes(64));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::kPermission);
  EXPECT_THAT(reply.error().Message(), HasSubstr("write_max to 128"));
}

TEST_F(OptoeEepromTest, DoesNotGuessAStrangeWriteMax) {
  for (const char* const text : {"", "0\n", "-1\n", "32 bytes\n", "32\n\n", "many\n"}) {
    kernel_.contents[kWriteMax] = text;
    const auto opened = TryOpen();
    ASSERT_FALSE(opened) << text;
    EXPECT_EQ(opened.error().code(), ErrorCode::kRwError);
  }
}

TEST_F(OptoeEepromTest, HasTheHardwareAddressThatI2cDevGivesTheModule) {
  kernel_.AddAdapter(8, "pci0/i2c-1");
  path_ = kernel_.AddOptoe(8, "pci0/i2c-1", "1\n");
  Open();
  kernel_.links.erase("/sys/bus/i2c/devices/8-0050/driver");
  const auto port = I2cDevPort::Open(kernel_, buses_, "/dev/i2c-8", {}).value();
  EXPECT_EQ(eeprom_->hardware_address(), port->hardware_address());
}

TEST_F(OptoeEepromTest, WantsOptoeToHaveTheModule) {
  for (const char* const driver : {"optoe", "inspur-optoe"}) {
    kernel_.BindDriver("7-0050", driver);
    EXPECT_TRUE(TryOpen());
  }
  kernel_.BindDriver("7-0050", "at24");
  const auto other = TryOpen();
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(other.error().Message(), HasSubstr("at24 is bound to address 50h of i2c-7"));
}

TEST_F(OptoeEepromTest, SeesThatOptoeWasUnbound) {
  Open();
  EXPECT_TRUE(eeprom_->CheckUnclaimed());
  kernel_.links.erase("/sys/bus/i2c/devices/7-0050/driver");
  const Result<void> unbound = eeprom_->CheckUnclaimed();
  ASSERT_FALSE(unbound);
  EXPECT_EQ(unbound.error().code(), ErrorCode::kNotFound);
}

TEST_F(OptoeEepromTest, SaysWhyItCannotBeOpened) {
  const std::string other = kernel_.AddOptoe(9, "pci0", "1\n");
  kernel_.open_errors[other] = EACCES;
  kernel_.links["/tmp/eeprom"] = "/tmp/eeprom";
  kernel_.links["/sys/bus/i2c/devices/7-0051/eeprom"] = "/sys/devices/i2c-7/7-0051/eeprom";
  const std::array expected{
      std::pair{std::string("/no/such/eeprom"), ErrorCode::kNotFound},
      std::pair{std::string("/tmp/eeprom"), ErrorCode::kInvalidArgument},
      std::pair{std::string("/sys/bus/i2c/devices/7-0051/eeprom"), ErrorCode::kInvalidArgument},
      std::pair{other, ErrorCode::kPermission}};
  for (const auto& [path, code] : expected) {
    path_ = path;
    const auto opened = TryOpen();
    ASSERT_FALSE(opened) << path;
    EXPECT_EQ(opened.error().code(), code) << path;
    EXPECT_THAT(opened.error().Message(), HasSubstr(path));
  }
  EXPECT_FALSE(TryOpen({.max_write_bytes = 1}));
  EXPECT_THAT(kernel_.open_descriptors, IsEmpty());
}

TEST_F(OptoeEepromTest, ClosesItsFile) {
  Open();
  eeprom_.reset();
  EXPECT_THAT(kernel_.open_descriptors, IsEmpty());
}

}  // namespace
}  // namespace reflash
