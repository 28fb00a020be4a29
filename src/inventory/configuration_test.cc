// SPDX-License-Identifier: Apache-2.0
#include "inventory/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_directory.h"
#include "inventory/drivers.h"

namespace reflash::inventory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kTwoDevices = R"(
[[device]]
name = "swp1"
driver = "cmis"
bus = "lab:/run/lab.sock#swp1"
netdev = ["Ethernet0", "Ethernet4"]
max_write = 32
[[device]]
name = "swp2"
driver = "cmis"
bus = "i2c:/dev/i2c-7"
)";

/// A file with one device, of which one line is another.
std::string With(std::string_view key, std::string_view value) {
  std::string text = "[[device]]\n";
  for (const auto& [name, usual] :
       {std::pair{"name", "\"swp1\""}, {"driver", "\"cmis\""}, {"bus", "\"i2c:/dev/i2c-7\""}}) {
    text += fmt::format("{} = {}\n", name, key == name ? value : usual);
  }
  const bool is_usual = key == "name" || key == "driver" || key == "bus";
  return is_usual ? text : text + fmt::format("{} = {}\n", key, value);
}

std::string ErrorOf(std::string_view text) {
  const auto configuration = Configuration::Parse(text, "reflash.toml");
  if (configuration) return "no error";
  EXPECT_EQ(configuration.error().code(), ErrorCode::kInvalidArgument);
  return configuration.error().Message();
}

TEST(Configuration, HasTheDevicesInTheOrderOfTheFile) {
  const Configuration configuration = Configuration::Parse(kTwoDevices, "reflash.toml").value();
  EXPECT_THAT(
      configuration.devices,
      ElementsAre(DeviceConfiguration{.name = "swp1",
                                      .driver = "cmis",
                                      .bus = "lab:/run/lab.sock#swp1",
                                      .netdev = {"Ethernet0", "Ethernet4"},
                                      .max_write = 32},
                  DeviceConfiguration{.name = "swp2", .driver = "cmis", .bus = "i2c:/dev/i2c-7"}));
}

TEST(Configuration, FindsADeviceByItsName) {
  const Configuration configuration = Configuration::Parse(kTwoDevices, "reflash.toml").value();
  ASSERT_NE(configuration.Find("swp2"), nullptr);
  EXPECT_EQ(configuration.Find("swp2")->bus, "i2c:/dev/i2c-7");
  EXPECT_EQ(configuration.Find("swp"), nullptr);
}

TEST(Configuration, SelectsByNameOrGlob) {
  const Configuration configuration = Configuration::Parse(kTwoDevices, "reflash.toml").value();
  EXPECT_THAT(configuration.Select("swp2").value(), ElementsAre("swp2"));
  EXPECT_THAT(configuration.Select("swp*").value(), ElementsAre("swp1", "swp2"));
  EXPECT_THAT(configuration.Select("*1").value(), ElementsAre("swp1"));
}

TEST(Configuration, SelectingNothingIsAnError) {
  const Configuration configuration = Configuration::Parse(kTwoDevices, "reflash.toml").value();
  const Error name = configuration.Select("swp3").error();
  EXPECT_EQ(name.code(), ErrorCode::kNotFound);
  EXPECT_EQ(name.Message(), "there is no device 'swp3'");
  const Error glob = configuration.Select("card*").error();
  EXPECT_EQ(glob.code(), ErrorCode::kNotFound);
  EXPECT_EQ(glob.Message(), "no device matches 'card*'");
}

struct Mistake {
  const char* key;
  const char* value;
  const char* error;
};

class MistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(MistakeTest, IsAnErrorThatNamesFileLineAndKey) {
  const Mistake& mistake = GetParam();
  EXPECT_THAT(ErrorOf(With(mistake.key, mistake.value)), HasSubstr(mistake.error));
}

INSTANTIATE_TEST_SUITE_P(
    Configuration, MistakeTest,
    testing::Values(
        Mistake{"name", "\"\"", "reflash.toml:2: [[device]]: 'name' is empty"},
        Mistake{"name", "7", "reflash.toml:2: [[device]]: 'name' must be a text"},
        Mistake{"name", "\"a*\"", "reflash.toml:2: [[device]]: 'name' must not have '*'"},
        Mistake{"name", "\"-a\"", "reflash.toml:2: [[device]]: 'name' must not have"},
        Mistake{"name", "\"a/b\"", "reflash.toml:2: [[device]]: 'name' must not have"},
        Mistake{"driver", "\"nosuch\"",
                "reflash.toml:3: [[device]] 'swp1': 'driver' names no driver: 'nosuch'"},
        Mistake{"bus", "\"usb:1\"", "reflash.toml:4: [[device]] 'swp1': 'bus' is wrong"},
        Mistake{"bus", "\"lab:/run/lab.sock\"",
                "reflash.toml:4: [[device]] 'swp1': 'bus' is wrong"},
        Mistake{"netdev", "\"Ethernet0\"",
                "reflash.toml:5: [[device]] 'swp1': 'netdev' must be a list of texts"},
        Mistake{"max_write", "1",
                "reflash.toml:5: [[device]] 'swp1': 'max_write' must be a whole number from 2 to "
                "8192"},
        Mistake{"max_write", "8193", "reflash.toml:5: [[device]] 'swp1': 'max_write' must be"},
        Mistake{"colour", "\"red\"", "reflash.toml:5: [[device]] 'swp1': unknown key 'colour'"}));

TEST(Configuration, EachKeyThatADeviceNeedsIsMissed) {
  EXPECT_EQ(ErrorOf("[[device]]\n"), "reflash.toml:1: [[device]]: 'name' is missing");
  EXPECT_EQ(ErrorOf("[[device]]\nname = 'swp1'\n"),
            "reflash.toml:1: [[device]] 'swp1': 'driver' is missing");
  EXPECT_EQ(ErrorOf("[[device]]\nname = 'swp1'\ndriver = 'cmis'\n"),
            "reflash.toml:1: [[device]] 'swp1': 'bus' is missing");
}

TEST(Configuration, ACardWithoutANameIsCalledByItsPlaceOnThePciBus) {
  const Configuration configuration = Configuration::Parse(R"(
[[device]]
driver = "fpga"
bus = "pci:0000:3b:00.0#2"
)",
                                                           "reflash.toml")
                                          .value();
  EXPECT_THAT(configuration.Select("0000:3b:00.0").value(), ElementsAre("0000:3b:00.0"));
  EXPECT_THAT(ErrorOf("[[device]]\ndriver = 'fpga'\nbus = 'pci:nowhere'\n"),
              HasSubstr("'name' is missing"));
}

TEST(Configuration, ANameStandsOnce) {
  const std::string twice = With("name", "\"swp1\"") + With("name", "\"swp1\"");
  EXPECT_EQ(ErrorOf(twice),
            "reflash.toml:6: [[device]] 'swp1': 'name' is the name of an earlier device too");
}

TEST(Configuration, WhatIsNoTomlOrNoDeviceIsAnError) {
  EXPECT_THAT(ErrorOf("[[device]\n"), HasSubstr("reflash.toml:1: "));
  EXPECT_EQ(ErrorOf("\n[modules]\n"), "reflash.toml:2: unknown key 'modules'");
  EXPECT_THAT(ErrorOf("device = 7\n"), HasSubstr("reflash.toml:1: 'device' must be an array"));
}

TEST(Configuration, AFileIsReadOrNamed) {
  const TemporaryDirectory directory;
  const auto path = directory.Write("reflash.toml", kTwoDevices);
  EXPECT_EQ(Configuration::Load(path).value().devices.size(), 2U);
  const Error missing = Configuration::Load(directory / "missing.toml").error();
  EXPECT_EQ(missing.code(), ErrorCode::kNotFound);
  EXPECT_THAT(missing.Message(), HasSubstr("missing.toml"));
}

TEST(Drivers, AreFoundByName) {
  ASSERT_NE(FindDriver("cmis"), nullptr);
  EXPECT_EQ(FindDriver("cmis")->name, "cmis");
  EXPECT_EQ(FindDriver("CMIS"), nullptr);
  EXPECT_EQ(DriverNames(), "cmis, fpga, capi");
}

}  // namespace
}  // namespace reflash::inventory
