// SPDX-License-Identifier: Apache-2.0
// A card in a PCI slot: its registers and its place, on a fake kernel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "async/simulated_scheduler.h"
#include "bus/fake_kernel.h"
#include "bus/pci_bar_registers.h"
#include "bus/pci_sysfs_slot.h"

namespace reflash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kFolder = "/sys/bus/pci/devices/0000:3b:00.0";
constexpr const char* kPort = "/sys/bus/pci/devices/0000:3a:00.0";

/// A card with two functions and a BAR of 4 KiB below a port.
class PciTest : public testing::Test {
 protected:
  PciTest() {
    const std::string folder = kFolder;
    const std::string port = kPort;
    kernel_.files[folder] = {};
    kernel_.files[folder + "/resource0"] = {.size = 4096};
    kernel_.files[folder + "/resource2"] = {.size = 0};
    kernel_.mappable[folder + "/resource0"] = Bytes(4096);
    kernel_.contents[folder + "/enable"] = "0\n";
    kernel_.contents[folder + "/remove"] = "";
    kernel_.contents["/sys/bus/pci/devices/0000:3b:00.1/remove"] = "";
    kernel_.contents["/sys/bus/pci/devices/0000:3c:00.0/remove"] = "";
    kernel_.contents[port + "/rescan"] = "";
    kernel_.contents["/sys/bus/pci/rescan"] = "";
    kernel_.files[port + "/config"] = {.size = 4096};
    kernel_.links[folder] = "/sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0";
    kernel_.on_write = [this](const std::string& path) { written_.push_back(path); };
  }

  void PutConfig(std::uint64_t offset, std::uint32_t value) {
    for (unsigned byte = 0; byte < 4; ++byte) {
      kernel_.memory[offset + byte] = static_cast<std::byte>(value >> (8 * byte));
    }
  }

  Bytes& bar() { return kernel_.mappable[std::string(kFolder) + "/resource0"]; }

  SimulatedScheduler scheduler_;
  FakeKernel kernel_;
  std::vector<std::string> written_;
  std::shared_ptr<PciFunction> function_ = std::make_shared<PciFunction>(kernel_, "0000:3b:00.0");
  PciBarRegisters registers_{kernel_, function_, 0};
  PciSysfsSlot slot_{scheduler_, kernel_, function_};
};

TEST_F(PciTest, ReadsAndWritesTheWordsOfABar) {
  EXPECT_EQ(registers_.hardware_address(), "pci:0000:3b:00.0");
  bar()[0x10] = std::byte{0x78};
  bar()[0x13] = std::byte{0x12};
  EXPECT_EQ(scheduler_.Run(registers_.Read(0x10)).value(), 0x12000078U);
  EXPECT_TRUE(scheduler_.Run(registers_.Write(0xFFC, 0x01020304)));
  EXPECT_EQ(bar()[0xFFC], std::byte{4});
  const Bytes data = MakeBytes({1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_TRUE(scheduler_.Run(registers_.WriteBlock(0x20, data, BlockOrder::kAscending)));
  EXPECT_EQ(scheduler_.Run(registers_.ReadBlock(0x20, 8, BlockOrder::kAscending)).value(), data);
  EXPECT_TRUE(scheduler_.Run(registers_.WriteBlock(0x40, data, BlockOrder::kFifo)));
  EXPECT_EQ(scheduler_.Run(registers_.Read(0x40)).value(), 0x08070605U) << "the last word";
  EXPECT_EQ(scheduler_.Run(registers_.Read(0x44)).value(), 0U);
  EXPECT_EQ(scheduler_.Run(registers_.ReadBlock(0x40, 8, BlockOrder::kFifo)).value(),
            MakeBytes({5, 6, 7, 8, 5, 6, 7, 8}));
  EXPECT_THAT(written_, ElementsAre(HasSubstr("/enable"))) << "once";
  EXPECT_EQ(kernel_.mappings, 1);
  EXPECT_TRUE(kernel_.open_descriptors.empty());
}

TEST_F(PciTest, RefusesWhatLiesOutsideOfTheBar) {
  for (const std::uint64_t address : {0x1000ULL, 0xFFFFFFFFFFFFFFFCULL, 0x300800ULL}) {
    const auto read = scheduler_.Run(registers_.Read(address));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(scheduler_.Run(registers_.ReadBlock(0xFFC, 8, BlockOrder::kAscending)));
  EXPECT_TRUE(scheduler_.Run(registers_.ReadBlock(0xFFC, 8, BlockOrder::kFifo)));
}

TEST_F(PciTest, TellsWhyABarCannotBeMapped) {
  PciBarRegisters no_bar(kernel_, function_, 2);
  EXPECT_THAT(scheduler_.Run(no_bar.Read(0)).error().Message(), HasSubstr("has no BAR 2"));
  PciBarRegisters no_card(kernel_, std::make_shared<PciFunction>(kernel_, "0000:77:00.0"), 0);
  EXPECT_EQ(scheduler_.Run(no_card.Read(0)).error().code(), ErrorCode::kNotFound);
  kernel_.map_errors[std::string(kFolder) + "/resource0"] = EPERM;
  EXPECT_EQ(scheduler_.Run(registers_.Read(0)).error().code(), ErrorCode::kPermission);
}

TEST_F(PciTest, NamesTheKernelDriverThatHasTheCard) {
  EXPECT_TRUE(registers_.CheckUnclaimed());
  kernel_.links[std::string(kFolder) + "/driver"] = "/sys/bus/pci/drivers/dfl-pci";
  const Result<void> claimed = registers_.CheckUnclaimed();
  ASSERT_FALSE(claimed);
  EXPECT_EQ(claimed.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(claimed.error().Message(),
              HasSubstr("echo 0000:3b:00.0 > /sys/bus/pci/drivers/dfl-pci/unbind"));
}

TEST_F(PciTest, MasksTheErrorsOfThePortAndPutsThemBackAfterARescan) {
  PutConfig(0x100, 0x14010003);  // some other capability, then AER at 140h
  PutConfig(0x140, 0x00010001);
  PutConfig(0x148, 0x00100000);
  PutConfig(0x154, 0x00002000);
  ASSERT_TRUE(scheduler_.Run(slot_.Release()));
  EXPECT_THAT(kernel_.accesses, ElementsAre("R256+4", "R320+4", "R328+4", "R340+4", "W328:ffffffff",
                                            "W340:ffffffff"));
  EXPECT_TRUE(written_.empty()) << "the card stays where it can be told to restart";

  ASSERT_TRUE(scheduler_.Run(registers_.Read(0)));
  EXPECT_EQ(kernel_.mappings, 1);
  kernel_.accesses.clear();
  written_.clear();
  ASSERT_TRUE(scheduler_.Run(slot_.Rescan()));
  EXPECT_EQ(kernel_.mappings, 0) << "what left the list must not be touched";
  EXPECT_THAT(written_,
              ElementsAre(HasSubstr("0000:3b:00.0/remove"), HasSubstr("0000:3b:00.1/remove"),
                          "/sys/bus/pci/devices/0000:3a:00.0/rescan"));
  EXPECT_THAT(kernel_.accesses,
              ElementsAre("W324:ffffffff", "W336:ffffffff", "W328:00001000", "W340:00200000"));
  kernel_.accesses.clear();
  EXPECT_TRUE(scheduler_.Run(slot_.Rescan())) << "again, with nothing to put back";
  EXPECT_TRUE(kernel_.accesses.empty());
  EXPECT_TRUE(scheduler_.Run(registers_.Read(0)));
}

TEST_F(PciTest, HasNothingToMaskWhereThePortReportsNoErrors) {
  PutConfig(0x100, 0x10010003);  // a list that leads to itself
  EXPECT_TRUE(scheduler_.Run(slot_.Release()));
  EXPECT_EQ(kernel_.accesses.size(), 128U);
  kernel_.accesses.clear();
  kernel_.memory.clear();
  EXPECT_TRUE(scheduler_.Run(slot_.Release()));
  kernel_.files[std::string(kPort) + "/config"].size = 256;
  kernel_.accesses.clear();
  EXPECT_TRUE(scheduler_.Run(slot_.Release()));
  EXPECT_TRUE(kernel_.accesses.empty());
}

TEST_F(PciTest, RescansAllWhereTheCardHangsOnNoPort) {
  kernel_.links[kFolder] = "/sys/devices/pci0000:3b/0000:3b:00.0";
  EXPECT_TRUE(scheduler_.Run(slot_.Release()));
  EXPECT_TRUE(kernel_.accesses.empty());
  EXPECT_TRUE(scheduler_.Run(slot_.Rescan()));
  EXPECT_EQ(written_.back(), "/sys/bus/pci/rescan");
}

TEST_F(PciTest, LetsTheKernelBindNoDriverToACardThatIsFoundAgain) {
  const std::string autoprobe = "/sys/bus/pci/drivers_autoprobe";
  kernel_.contents[autoprobe] = "1\n";
  std::string while_scanning;
  const auto usual = kernel_.on_write;
  kernel_.on_write = [&](const std::string& path) {
    if (path.ends_with("/rescan")) while_scanning = kernel_.contents[autoprobe];
    if (usual) usual(path);
  };
  EXPECT_TRUE(scheduler_.Run(slot_.Release()));
  EXPECT_TRUE(scheduler_.Run(slot_.Rescan()));
  EXPECT_EQ(while_scanning, "0");
  EXPECT_EQ(kernel_.contents[autoprobe], "1\n") << "as it was";
}

TEST_F(PciTest, DoesNotReleaseACardOfWhichADriverHasAnyFunction) {
  kernel_.links["/sys/bus/pci/devices/0000:3b:00.1/driver"] = "/sys/bus/pci/drivers/vfio-pci";
  const auto released = scheduler_.Run(slot_.Release());
  ASSERT_FALSE(released);
  EXPECT_EQ(released.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(released.error().Message(), HasSubstr("vfio-pci is bound to 0000:3b:00.1"));
}

TEST_F(PciTest, NeedsTheRightsToAllOfConfigSpace) {
  kernel_.access_results = {OrErrno<std::size_t>(0U)};
  EXPECT_EQ(scheduler_.Run(slot_.Release()).error().code(), ErrorCode::kPermission);
}

TEST_F(PciTest, SaysThatTheCardIsNotThereAfterARescan) {
  ASSERT_TRUE(scheduler_.Run(slot_.Release()));
  kernel_.files.erase(kFolder);
  EXPECT_EQ(scheduler_.Run(slot_.Rescan()).error().code(), ErrorCode::kNotFound);
  kernel_.files[kFolder] = {};
  EXPECT_TRUE(scheduler_.Run(slot_.Rescan()));
}

}  // namespace
}  // namespace reflash
