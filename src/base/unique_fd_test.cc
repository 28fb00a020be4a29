// SPDX-License-Identifier: Apache-2.0
#include "base/unique_fd.h"

#include <gtest/gtest.h>

#include <fcntl.h>

#include <utility>

namespace reflash {
namespace {

UniqueFd Open() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }
bool IsOpen(int descriptor) { return ::fcntl(descriptor, F_GETFD) >= 0; }

TEST(UniqueFd, ClosesItsDescriptorAtItsEnd) {
  int number = -1;
  {
    const UniqueFd owner = Open();
    number = owner.get();
    EXPECT_TRUE(IsOpen(number));
  }
  EXPECT_FALSE(IsOpen(number));
}

TEST(UniqueFd, MovesItsDescriptorAndClosesTheOneItHad) {
  UniqueFd first = Open();
  UniqueFd second = Open();
  const int kept = first.get();
  const int closed = second.get();
  second = std::move(first);
  EXPECT_EQ(second.get(), kept);
  EXPECT_TRUE(IsOpen(kept));
  EXPECT_FALSE(IsOpen(closed));
}

TEST(UniqueFd, GivesItsDescriptorAwayOpen) {
  UniqueFd owner = Open();
  const int number = owner.Release();
  EXPECT_FALSE(owner.valid());
  EXPECT_TRUE(IsOpen(number));
  ::close(number);
}

}  // namespace
}  // namespace reflash
