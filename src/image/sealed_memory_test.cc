// SPDX-License-Identifier: Apache-2.0
#include "image/sealed_memory.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace reflash {
namespace {

Result<SealedMemory> Sealed(std::string_view text) {
  return SealedMemory::Fill([text](std::span<std::byte> buffer) {
    std::ranges::copy(AsBytes(text), buffer.begin());
    return text.size();
  });
}

TEST(SealedMemory, CannotBeWrittenGrownShrunkOrUnsealed) {
  const SealedMemory memory = Sealed("firmware").value();
  const int descriptor = memory.descriptor();

  EXPECT_EQ(::pwrite(descriptor, "X", 1, 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::ftruncate(descriptor, 1), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::ftruncate(descriptor, 100), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::mmap(nullptr, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), MAP_FAILED);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_TRUE(std::ranges::equal(memory.bytes(), AsBytes("firmware")));
}

TEST(SealedMemoryDeathTest, AWriteThroughAPointerEndsTheProcess) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const SealedMemory memory = Sealed("firmware").value();
  auto* const bytes = const_cast<volatile std::byte*>(memory.bytes().data());
  EXPECT_DEATH(*bytes = std::byte{'X'}, "");
}

TEST(SealedMemory, HandsOnTheErrorOfItsSource) {
  const Result<SealedMemory> memory = SealedMemory::Fill(
      [](std::span<std::byte>) { return Fail(ErrorCode::kRwError, "the disk is on fire"); });
  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().Message(), "the disk is on fire");
}

TEST(SealedMemory, MayBeEmptyAndMaybeMoved) {
  EXPECT_TRUE(Sealed("").value().bytes().empty());
  SealedMemory from = Sealed("firmware").value();
  const std::byte* const place = from.bytes().data();
  const SealedMemory to = std::move(from);
  EXPECT_EQ(to.bytes().data(), place);
}

TEST(SealedMemory, GoesAwayWithItsDescriptorAndItsMapping) {
  int descriptor = -1;
  const std::byte* place = nullptr;
  {
    const SealedMemory memory = Sealed("firmware").value();
    descriptor = memory.descriptor();
    place = memory.bytes().data();
  }
  EXPECT_EQ(::fcntl(descriptor, F_GETFD), -1);
  unsigned char resident = 0;
  EXPECT_EQ(::mincore(const_cast<std::byte*>(place), 1, &resident), -1) << "it is still mapped";
}

}  // namespace
}  // namespace reflash
