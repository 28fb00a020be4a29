// SPDX-License-Identifier: Apache-2.0
#include "bus/bus_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reflash {
namespace {

TEST(BusAddress, NamesTheNodeOfAnAdapter) {
  EXPECT_EQ(ParseBusAddress("i2c:/dev/i2c-7"), BusAddress(I2cDevAddress{.node = "/dev/i2c-7"}));
}

TEST(BusAddress, NamesAPortOfALab) {
  EXPECT_EQ(ParseBusAddress("lab:/run/lab.sock#swp1"),
            BusAddress(LabAddress{.socket = "/run/lab.sock", .port = "swp1"}));
}

TEST(BusAddress, NamesAFileOfOptoe) {
  EXPECT_EQ(ParseBusAddress("optoe:/sys/bus/i2c/devices/7-0050/eeprom"),
            BusAddress(OptoeAddress{.file = "/sys/bus/i2c/devices/7-0050/eeprom"}));
}

TEST(BusAddress, NamesARecording) {
  EXPECT_EQ(ParseBusAddress("replay:swp1.jsonl"), BusAddress(ReplayAddress{.file = "swp1.jsonl"}));
}

TEST(BusAddress, NamesABarOfAPciFunction) {
  EXPECT_EQ(ParseBusAddress("pci:0000:3b:00.0"),
            BusAddress(PciAddress{.function = "0000:3b:00.0", .bar = 0}));
  EXPECT_EQ(ParseBusAddress("pci:00ff:3b:1f.7#5"),
            BusAddress(PciAddress{.function = "00ff:3b:1f.7", .bar = 5}));
}

TEST(BusAddress, SplitsSocketAndPortAtTheLastMark) {
  EXPECT_EQ(ParseBusAddress("lab:/run/rack#2/lab.sock#swp1"),
            BusAddress(LabAddress{.socket = "/run/rack#2/lab.sock", .port = "swp1"}));
}

TEST(BusAddress, RefusesTextsWithAMissingPart) {
  for (const char* const text :
       {"", "i2c", "i2c:", "lab:", "lab:/run/lab.sock", "lab:#swp1", "lab:/run/lab.sock#",
        "lab:/run/lab.sock#swp\n1", "optoe:", "replay:", "pci:", "pci:3b:00.0", "pci:0000:3b:00.0#",
        "pci:0000:3b:00.0#6", "pci:0000:3b:00.0#10", "pci:0000:3B:00.0", "pci:../../../etc",
        "pci:0000:3b:00.0/../x"}) {
    const Result<BusAddress> address = ParseBusAddress(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST(BusAddress, TellsWhichSchemesItKnows) {
  const Result<BusAddress> address = ParseBusAddress("spi:/dev/spidev0.0");
  ASSERT_FALSE(address);
  EXPECT_EQ(address.error().Message(),
            "bus 'spi:/dev/spidev0.0' begins with none of: i2c:, optoe:, lab:, replay:, pci:");
}

}  // namespace
}  // namespace reflash
