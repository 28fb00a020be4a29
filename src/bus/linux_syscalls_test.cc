// SPDX-License-Identifier: Apache-2.0
#include "bus/linux_syscalls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>

#include <cerrno>

#include "base/temporary_directory.h"
#include "bus/device_file.h"

namespace reflash {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LinuxSyscalls, ADirectoryIsListedInOrder) {
  const TemporaryDirectory directory;
  LinuxSyscalls syscalls;
  EXPECT_THAT(syscalls.ListDirectory(directory.path()).value(), IsEmpty());
  static_cast<void>(directory.Write("i2c-7", ""));
  static_cast<void>(directory.Write("i2c-1", ""));
  EXPECT_THAT(syscalls.ListDirectory(directory.path()).value(), ElementsAre("i2c-1", "i2c-7"));
}

TEST(LinuxSyscalls, WhatIsNoDirectoryHasAnErrno) {
  const TemporaryDirectory directory;
  LinuxSyscalls syscalls;
  EXPECT_EQ(syscalls.ListDirectory(directory / "missing").error(), ENOENT);
  EXPECT_EQ(syscalls.ListDirectory(directory.Write("file", "x")).error(), ENOTDIR);
}

TEST(LinuxSyscalls, AFileIsMappedToReadAndWriteBeyondItsDescriptor) {
  const TemporaryDirectory directory;
  const auto path = directory.Write("resource0", "abcd");
  LinuxSyscalls syscalls;
  EXPECT_EQ(syscalls.Status(path)->size, 4U);
  const auto mapped = DeviceFile::Open(syscalls, path, O_RDWR)->Map(4);
  ASSERT_TRUE(mapped);
  (*mapped)[0] = std::byte{'x'};
  EXPECT_EQ(syscalls.ReadSmallFile(path).value(), "xbcd");
  syscalls.Unmap(*mapped);
}

}  // namespace
}  // namespace reflash
