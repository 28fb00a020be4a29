// SPDX-License-Identifier: Apache-2.0
#include "inventory/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inventory/configuration.h"

namespace reflash::inventory {
namespace {

using ::testing::HasSubstr;

const DeviceConfiguration kSwp7{.name = "swp7", .driver = "cmis", .bus = "i2c:/dev/i2c-7"};
const DeviceConfiguration kPort{
    .name = "port12", .driver = "cmis", .bus = "optoe:/sys/bus/i2c/devices/7-0050/eeprom"};
const DeviceConfiguration kOdd{.name = "od\"d",
                               .driver = "cmis",
                               .bus = "i2c:/dev/a\\b",
                               .netdev = {"Ethernet0", "Ethernet4"}};

TEST(Findings, ReadBackAsTheSameConfiguration) {
  const Findings findings{.devices = {{.configuration = kSwp7, .remarks = {"OSFP, CMIS 5.2"}},
                                      {.configuration = kPort, .remarks = {}},
                                      {.configuration = kOdd, .remarks = {}}},
                          .remarks = {"i2c-9: nothing"}};
  const auto configuration = Configuration::Parse(ToToml(findings), "found.toml");
  ASSERT_TRUE(configuration) << configuration.error().Message();
  EXPECT_THAT(configuration->devices, testing::ElementsAre(kSwp7, kPort, kOdd));
}

TEST(Findings, AreAnEmptyConfigurationWhenNothingWasFound) {
  const auto configuration = Configuration::Parse(ToToml({}), "found.toml");
  ASSERT_TRUE(configuration);
  EXPECT_TRUE(configuration->devices.empty());
}

TEST(Findings, TellInCommentsWhatIsKnown) {
  const Findings findings{.devices = {{.configuration = kSwp7, .remarks = {"OSFP, CMIS 5.2"}}},
                          .remarks = {"i2c-9: two\nlines"}};
  EXPECT_THAT(ToToml(findings), HasSubstr("[[device]]\n"
                                          "# OSFP, CMIS 5.2\n"
                                          "name = \"swp7\"\n"
                                          "driver = \"cmis\"\n"
                                          "bus = \"i2c:/dev/i2c-7\"\n"
                                          "# netdev = "));
  EXPECT_THAT(ToToml(findings), HasSubstr("\n# i2c-9: two?lines\n"));
}

}  // namespace
}  // namespace reflash::inventory
