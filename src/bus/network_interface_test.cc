// SPDX-License-Identifier: Apache-2.0
#include "bus/network_interface.h"

#include <gtest/gtest.h>

#include "bus/fake_kernel.h"
#include "bus/linux_syscalls.h"

namespace reflash {
namespace {

class NetworkInterfaceTest : public testing::Test {
 protected:
  Result<bool> IsUp(const std::string& name, const std::string& flags) {
    kernel_.contents["/sys/class/net/" + name + "/flags"] = flags;
    return NetworkInterface::Named(kernel_, name).value().IsUp();
  }

  FakeKernel kernel_;
};

TEST_F(NetworkInterfaceTest, IsUpWhenItsFlagsSaySo) {
  EXPECT_EQ(IsUp("Ethernet0", "0x1003\n"), true);
  EXPECT_EQ(IsUp("Ethernet0", "0x1002\n"), false);
}

TEST_F(NetworkInterfaceTest, SaysThatItDoesNotExist) {
  const Result<bool> up = NetworkInterface::Named(kernel_, "Ethernet4").value().IsUp();
  ASSERT_FALSE(up);
  EXPECT_EQ(up.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(up.error().Message(), "there is no network interface Ethernet4");
}

TEST_F(NetworkInterfaceTest, DoesNotGuessWhatStrangeFlagsMean) {
  for (const char* const flags : {"", "1003\n", "0x\n", "0x1003", "0xzz\n", "0x123456789\n"}) {
    const Result<bool> up = IsUp("Ethernet0", flags);
    ASSERT_FALSE(up) << flags;
    EXPECT_EQ(up.error().code(), ErrorCode::kRwError);
  }
}

TEST_F(NetworkInterfaceTest, RefusesNamesThatNoInterfaceCanHave) {
  for (const char* const name : {"", ".", "..", "a/b", "a b", "a:1", "sixteen-letters!"}) {
    const auto named = NetworkInterface::Named(kernel_, name);
    ASSERT_FALSE(named) << name;
    EXPECT_EQ(named.error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(NetworkInterface::Named(kernel_, "fifteen-letters"));
}

TEST(LinuxSyscalls, KnowsTheLoopbackInterface) {
  LinuxSyscalls syscalls;
  if (!syscalls.RealPath("/sys/class/net/lo")) GTEST_SKIP() << "no /sys here";
  EXPECT_TRUE(NetworkInterface::Named(syscalls, "lo").value().IsUp());
  EXPECT_FALSE(NetworkInterface::Named(syscalls, "no-such-if").value().IsUp());
}

TEST(LinuxSyscalls, TellsACharacterDeviceFromAFile) {
  LinuxSyscalls syscalls;
  EXPECT_TRUE(syscalls.Status("/dev/null").value().is_character_device);
  EXPECT_FALSE(syscalls.Status("/proc/self/exe").value().is_character_device);
  EXPECT_EQ(syscalls.Status("/no/such/file").error(), ENOENT);
  EXPECT_EQ(syscalls.RealPath("/no/such/file").error(), ENOENT);
  EXPECT_EQ(syscalls.RealPath("/dev/../dev/null").value(), "/dev/null");
}

TEST(LinuxSyscalls, OpensAndAsksADevice) {
  LinuxSyscalls syscalls;
  const int descriptor = syscalls.Open("/dev/null", 0).value();
  EXPECT_EQ(syscalls.Ioctl(descriptor, I2C_FUNCS, nullptr).error(), ENOTTY);
  syscalls.Close(descriptor);
  EXPECT_EQ(syscalls.Ioctl(descriptor, I2C_FUNCS, nullptr).error(), EBADF);
}

}  // namespace
}  // namespace reflash
