// SPDX-License-Identifier: Apache-2.0
#include "inventory/card_discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bus/fake_kernel.h"

namespace reflash::inventory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CardDiscoveryTest : public testing::Test {
 protected:
  void AddFunction(const std::string& name, const std::string& vendor, const std::string& device) {
    const std::string folder = "/sys/bus/pci/devices/" + name;
    kernel_.contents[folder + "/vendor"] = vendor + "\n";
    kernel_.contents[folder + "/device"] = device + "\n";
  }
  Findings Find() {
    Findings findings;
    FindCards(kernel_, findings);
    return findings;
  }

  FakeKernel kernel_;
};

TEST_F(CardDiscoveryTest, FindsACardAndCallsItByItsPlace) {
  AddFunction("0000:00:1f.0", "0x8086", "0x1234");
  AddFunction("0000:3b:00.0", "0x8086", "0xbcce");
  const Findings findings = Find();
  ASSERT_EQ(findings.devices.size(), 1U);
  const DeviceConfiguration& card = findings.devices[0].configuration;
  EXPECT_EQ(card.name, "0000:3b:00.0");
  EXPECT_EQ(card.driver, "fpga");
  EXPECT_EQ(card.bus, "pci:0000:3b:00.0");
}

TEST_F(CardDiscoveryTest, NamesTheKernelDriverThatIsInTheWay) {
  AddFunction("0000:3b:00.0", "0x8086", "0xbcce");
  kernel_.links["/sys/bus/pci/devices/0000:3b:00.0/driver"] = "/sys/bus/pci/drivers/dfl-pci";
  EXPECT_THAT(Find().devices.at(0).remarks, ElementsAre(HasSubstr("Intel"), HasSubstr("dfl-pci")));
}

TEST_F(CardDiscoveryTest, SaysWhichCardIsNotReached) {
  AddFunction("0000:18:00.0", "0x8086", "0x0b30");
  const Findings findings = Find();
  EXPECT_THAT(findings.devices, IsEmpty());
  EXPECT_THAT(findings.remarks, ElementsAre(HasSubstr("0000:18:00.0: Intel PAC N3000")));
}

TEST_F(CardDiscoveryTest, FindsNothingWithoutAPciBus) {
  EXPECT_THAT(Find().devices, IsEmpty());
  EXPECT_THAT(Find().remarks, IsEmpty());
}

}  // namespace
}  // namespace reflash::inventory
