// SPDX-License-Identifier: Apache-2.0
#include "inventory/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "async/simulated_scheduler.h"
#include "bus/fake_kernel.h"
#include "ledger/ledger_fixture.h"

namespace reflash::inventory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Machines with modules at 50h, by adapter.
class FakeModules : public FakeKernel {
 public:
  OrErrno<int> Ioctl(int descriptor, unsigned long request, void* argument) override {
    const OrErrno<int> result = FakeKernel::Ioctl(descriptor, request, argument);
    if (request != I2C_RDWR || !result) return result;
    const i2c_msg& read = static_cast<i2c_rdwr_ioctl_data*>(argument)->msgs[1];
    const unsigned adapter = static_cast<unsigned>(std::stoul(transactions.back()));
    if (!modules.contains(adapter)) return std::unexpected(ENXIO);
    std::ranges::copy(modules.at(adapter), read.buf);
    return result;
  }

  /// An adapter with a module whose first bytes are these.
  void AddModule(unsigned adapter, std::array<std::uint8_t, 3> first_bytes) {
    AddAdapter(adapter, "pci0");
    modules[adapter] = first_bytes;
  }
  /// A port that the kernel reaches through its own driver.
  void AddOptoe(unsigned adapter, const std::string& port_name) {
    AddAdapter(adapter, "pci0");
    const std::string client = "/sys/bus/i2c/devices/" + std::to_string(adapter) + "-0050";
    BindDriver(std::to_string(adapter) + "-0050", "optoe");
    files[client + "/eeprom"] = {};
    contents[client + "/port_name"] = port_name + "\n";
  }

  std::map<unsigned, std::array<std::uint8_t, 3>> modules;
};

constexpr std::array<std::uint8_t, 3> kOsfp{0x19, 0x52, 0x00};
constexpr std::array<std::uint8_t, 3> kFlatQsfpDd{0x18, 0x50, 0x80};
constexpr std::array<std::uint8_t, 3> kQsfp28{0x11, 0x08, 0x00};

class DiscoveryTest : public LedgerTest {
 protected:
  Findings Discover() {
    Discovery discovery(scheduler_, kernel_, ledger_);
    return scheduler_.Run(discovery.Run({})).value();
  }
  static std::vector<std::string> Names(const Findings& findings) {
    std::vector<std::string> names;
    for (const auto& device : findings.devices) names.push_back(device.configuration.name);
    return names;
  }

  SimulatedScheduler scheduler_;
  FakeModules kernel_;
};

TEST_F(DiscoveryTest, AMachineWithoutI2cHasNothing) {
  const Findings findings = Discover();
  EXPECT_THAT(findings.devices, IsEmpty());
  EXPECT_THAT(findings.remarks, IsEmpty());
  EXPECT_FALSE(findings.forbidden);
  EXPECT_THAT(ToToml(findings), HasSubstr("# No module was found."));
}

TEST_F(DiscoveryTest, AModuleIsNamedAfterItsAdapter) {
  kernel_.AddModule(10, kOsfp);
  kernel_.AddModule(7, kOsfp);
  const Findings findings = Discover();
  ASSERT_THAT(Names(findings), ElementsAre("swp7", "swp10"));
  EXPECT_EQ(findings.devices[0].configuration,
            (DeviceConfiguration{.name = "swp7", .driver = "cmis", .bus = "i2c:/dev/i2c-7"}));
  EXPECT_THAT(findings.devices[0].remarks, ElementsAre("OSFP, CMIS 5.2"));
}

TEST_F(DiscoveryTest, OnlyTheFirstBytesAreReadAndNothingIsWritten) {
  kernel_.AddModule(7, kOsfp);
  Discover();
  EXPECT_THAT(kernel_.transactions, ElementsAre("7: W00 R3"));
  EXPECT_THAT(kernel_.open_descriptors, IsEmpty());
}

TEST_F(DiscoveryTest, AnAdapterWhereNothingAnswersIsLeftOut) {
  kernel_.AddAdapter(7, "pci0");
  const Findings findings = Discover();
  EXPECT_THAT(findings.devices, IsEmpty());
  EXPECT_THAT(findings.remarks, IsEmpty());
}

TEST_F(DiscoveryTest, WhatIsNoCmisModuleWithFirmwareIsARemark) {
  kernel_.AddModule(7, kQsfp28);
  kernel_.AddModule(8, kFlatQsfpDd);
  const Findings findings = Discover();
  EXPECT_THAT(findings.devices, IsEmpty());
  EXPECT_THAT(
      findings.remarks,
      ElementsAre("i2c-7: what answers at 50h is no CMIS module (type 11h)",
                  "i2c-8: QSFP-DD, CMIS 5.0, with a flat memory: it has no firmware to load"));
}

TEST_F(DiscoveryTest, AnAdapterOfSmbusCommandsIsNotRead) {
  kernel_.AddAdapter(3, "pci0", I2C_FUNC_SMBUS_BYTE_DATA);
  EXPECT_THAT(Discover().remarks, ElementsAre(HasSubstr("SMBus")));
  EXPECT_THAT(kernel_.transactions, IsEmpty());
}

TEST_F(DiscoveryTest, TheTrunkOfAMultiplexerIsNotReadButItsLegsAre) {
  kernel_.AddAdapter(1, "pci0");
  kernel_.AddAdapter(8, "pci0/i2c-1");
  kernel_.modules = {{1, kOsfp}, {8, kOsfp}};
  const Findings findings = Discover();
  EXPECT_THAT(Names(findings), ElementsAre("swp8"));
  EXPECT_THAT(findings.remarks, ElementsAre(HasSubstr("i2c-1: the trunk of a multiplexer")));
}

TEST_F(DiscoveryTest, AdaptersThatBeginAlikeAreNoTrunk) {
  kernel_.AddModule(1, kOsfp);
  kernel_.AddModule(11, kOsfp);
  EXPECT_THAT(Names(Discover()), ElementsAre("swp1", "swp11"));
}

TEST_F(DiscoveryTest, AModuleOfAnotherKernelDriverIsNotReadButNamed) {
  kernel_.AddModule(7, kOsfp);
  kernel_.BindDriver("7-0050", "at24");
  const Findings findings = Discover();
  EXPECT_THAT(findings.devices, IsEmpty());
  EXPECT_THAT(findings.remarks, ElementsAre(HasSubstr("the kernel driver at24 is bound")));
  EXPECT_THAT(kernel_.transactions, IsEmpty());
}

TEST_F(DiscoveryTest, APortOfOptoeIsReachedThroughItsFile) {
  kernel_.AddOptoe(7, "port12");
  const Findings findings = Discover();
  ASSERT_THAT(Names(findings), ElementsAre("port12"));
  EXPECT_EQ(findings.devices[0].configuration.bus, "optoe:/sys/bus/i2c/devices/7-0050/eeprom");
  EXPECT_THAT(kernel_.transactions, IsEmpty());
}

TEST_F(DiscoveryTest, APortThatIsCalledLikeAnInterfaceCarriesItsTraffic) {
  kernel_.AddOptoe(7, "Ethernet0");
  kernel_.AddOptoe(8, "port8");
  kernel_.files["/sys/class/net/Ethernet0"] = {};
  const Findings findings = Discover();
  EXPECT_THAT(findings.devices[0].configuration.netdev, ElementsAre("Ethernet0"));
  EXPECT_THAT(findings.devices[1].configuration.netdev, IsEmpty());
}

TEST_F(DiscoveryTest, NamesThatNobodyCouldUseAreReplaced) {
  kernel_.AddOptoe(1, "unitialized");  // optoe's own spelling
  kernel_.AddOptoe(2, "a*");
  kernel_.AddOptoe(3, "-x");
  kernel_.AddOptoe(4, "");
  kernel_.AddOptoe(5, "a/b");
  EXPECT_THAT(Names(Discover()), ElementsAre("swp1", "swp2", "swp3", "swp4", "swp5"));
}

TEST_F(DiscoveryTest, EachNameIsGivenOnce) {
  kernel_.AddOptoe(3, "swp7");
  kernel_.AddOptoe(5, "swp7");
  kernel_.AddModule(7, kOsfp);
  EXPECT_THAT(Names(Discover()), ElementsAre("swp7", "swp7-2", "swp7-3"));
}

TEST_F(DiscoveryTest, HardwareThatSomebodyHoldsIsListedAndNotTouched) {
  kernel_.AddModule(7, kOsfp);
  const Claim claim = ledger_.TryClaim("i2c:89:7@50", "port7", "flash").value();
  const Findings findings = Discover();
  ASSERT_THAT(Names(findings), ElementsAre("swp7"));
  EXPECT_THAT(findings.devices[0].remarks, ElementsAre(HasSubstr("port7")));
  EXPECT_THAT(kernel_.transactions, IsEmpty());
}

TEST_F(DiscoveryTest, WhatGoesWrongOnOneAdapterDoesNotHideTheOthers) {
  kernel_.AddModule(6, kOsfp);
  kernel_.AddModule(7, kOsfp);
  kernel_.AddModule(8, kOsfp);
  kernel_.open_errors["/dev/i2c-6"] = EACCES;
  kernel_.rdwr_results = {std::unexpected(ETIMEDOUT)};
  const Findings findings = Discover();
  EXPECT_THAT(Names(findings), ElementsAre("swp8"));
  EXPECT_THAT(findings.remarks, ElementsAre(HasSubstr("/dev/i2c-6"), HasSubstr("/dev/i2c-7")));
  EXPECT_TRUE(findings.forbidden);
}

TEST_F(DiscoveryTest, MissingNodesAreARemark) {
  kernel_.files["/sys/bus/i2c/devices/i2c-1/name"] = {};
  const Findings findings = Discover();
  EXPECT_THAT(findings.remarks, ElementsAre(HasSubstr("modprobe i2c-dev")));
}

TEST_F(DiscoveryTest, StoppingItIsCanceled) {
  kernel_.AddModule(7, kOsfp);
  std::stop_source stop;
  stop.request_stop();
  Discovery discovery(scheduler_, kernel_, ledger_);
  const Result<Findings> result = scheduler_.Run(discovery.Run(stop.get_token()));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kCanceled);
}

}  // namespace
}  // namespace reflash::inventory
