// SPDX-License-Identifier: Apache-2.0
#include "bus/bus_opener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/temporary_directory.h"
#include "bus/fake_kernel.h"
#include "bus/fake_lab.h"

namespace reflash {
namespace {

class BusOpenerTest : public testing::Test {
 protected:
  FakeKernel kernel_;
  RealScheduler scheduler_;
  BusOpener opener_{scheduler_, kernel_};
};

TEST_F(BusOpenerTest, OpensTheNodeOfAnAdapter) {
  kernel_.AddAdapter(7, "pci0");
  const auto port = opener_.Open(I2cDevAddress{"/dev/i2c-7"}, {.max_write_bytes = 32});
  ASSERT_TRUE(port);
  EXPECT_EQ((*port)->hardware_address(), "i2c:89:7@50");
  EXPECT_EQ((*port)->limits().max_write_bytes, 32U);
  const std::array messages{I2cMessage{.read = 1}};
  EXPECT_TRUE(scheduler_.Run((*port)->Transfer(messages)));
}

TEST_F(BusOpenerTest, OpensAPortOfALab) {
  const TemporaryFolder folder;
  const FakeLab lab(folder.Path("lab.sock"), [](const std::string&) {
    return std::vector<std::string>{"{\"id\":1,\"ack\":true,\"read\":[\"00\"]}\n"};
  });
  kernel_.files[lab.path()] = {.device = 5, .inode = 6};
  const auto port = opener_.Open(LabAddress{lab.path(), "swp1"}, {.max_write_bytes = 64});
  ASSERT_TRUE(port);
  EXPECT_EQ((*port)->hardware_address(), "lab:5:6#swp1");
  EXPECT_EQ((*port)->limits().max_write_bytes, 64U);
  const std::array messages{I2cMessage{.read = 1}};
  EXPECT_TRUE(scheduler_.Run((*port)->Transfer(messages)));
}

TEST_F(BusOpenerTest, OpensTheMemoryOfAModuleWhateverCarriesIt) {
  kernel_.AddAdapter(7, "pci0");
  const auto raw = opener_.OpenEeprom(I2cDevAddress{"/dev/i2c-7"}, {.max_write_bytes = 32});
  ASSERT_TRUE(raw);
  EXPECT_EQ((*raw)->limits().max_write_bytes, 31U);
  const auto optoe = opener_.OpenEeprom(OptoeAddress{kernel_.AddOptoe(8, "pci0", "32\n")});
  ASSERT_TRUE(optoe);
  EXPECT_EQ((*optoe)->limits().max_write_bytes, 32U);
}

TEST_F(BusOpenerTest, OpensTheRegistersAndTheSlotOfACard) {
  const BusAddress card = PciAddress{.function = "0000:3b:00.0", .bar = 2};
  const auto registers = opener_.OpenRegisters(card);
  ASSERT_TRUE(registers);
  EXPECT_EQ((*registers)->hardware_address(), "pci:0000:3b:00.0");
  EXPECT_TRUE(opener_.OpenSlot(card));

  const TemporaryFolder folder;
  const FakeLab lab(folder.Path("lab.sock"), [](const std::string&) {
    return std::vector<std::string>{"{\"id\":1,\"values\":[5]}\n"};
  });
  kernel_.files[lab.path()] = {.device = 5, .inode = 6};
  const BusAddress emulated = LabAddress{lab.path(), "card0"};
  const auto emulated_registers = opener_.OpenRegisters(emulated);
  ASSERT_TRUE(emulated_registers);
  EXPECT_EQ((*emulated_registers)->hardware_address(), "lab:5:6#card0");
  EXPECT_EQ(scheduler_.Run((*emulated_registers)->Read(0)).value(), 5U);
  EXPECT_TRUE(opener_.OpenSlot(emulated));
}

TEST_F(BusOpenerTest, TellsCardsFromModules) {
  const BusAddress module = I2cDevAddress{"/dev/i2c-7"};
  const BusAddress card = PciAddress{.function = "0000:3b:00.0"};
  EXPECT_EQ(opener_.OpenRegisters(module).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(opener_.OpenSlot(module).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(opener_.Open(card).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(opener_.OpenRegisters(card, {.max_write_bytes = 32}).error().code(),
            ErrorCode::kInvalidArgument);
}

TEST_F(BusOpenerTest, OpensARecording) {
  const TemporaryDirectory directory;
  const auto path =
      directory.Write("r.jsonl",
                      "{\"recording\":1,\"port\":\"p\",\"max_write\":64,\"max_read\":64}\n"
                      "{\"t\":0,\"transfer\":[{\"read\":1}],\"ack\":true,\"read\":[\"07\"]}\n");
  const auto port = opener_.Open(ReplayAddress{path});
  ASSERT_TRUE(port);
  const std::array messages{I2cMessage{.read = 1}};
  EXPECT_EQ(scheduler_.Run((*port)->Transfer(messages)).value().read, MakeBytes({7}));
}

TEST_F(BusOpenerTest, RecordsTheNextPort) {
  const TemporaryDirectory directory;
  kernel_.AddAdapter(7, "pci0");
  const auto file = RecordingFile::Create(directory / "r.jsonl").value();
  opener_.RecordNext(*file);
  for (int time = 0; time < 2; ++time) {
    const auto port = opener_.Open(I2cDevAddress{"/dev/i2c-7"}).value();
    const std::array messages{I2cMessage{.read = 1}};
    EXPECT_TRUE(scheduler_.Run(port->Transfer(messages)));
  }
  ASSERT_TRUE(file->Close());
  const std::string recording = directory.Read("r.jsonl");
  EXPECT_EQ(std::ranges::count(recording, '\n'), 2) << recording;
}

TEST_F(BusOpenerTest, DoesNotRecordWhatOptoeDoes) {
  const TemporaryDirectory directory;
  const auto file = RecordingFile::Create(directory / "r.jsonl").value();
  opener_.RecordNext(*file);
  const auto opened = opener_.OpenEeprom(OptoeAddress{kernel_.AddOptoe(8, "pci0", "32\n")});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kNotSupported);
}

TEST_F(BusOpenerTest, RefusesImpossibleLimitsOfALab) {
  const auto port = opener_.Open(LabAddress{"/run/lab.sock", "swp1"}, {.max_write_bytes = 1});
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().code(), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace reflash
