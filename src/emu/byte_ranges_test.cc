// SPDX-License-Identifier: Apache-2.0
#include "emu/byte_ranges.h"

#include <gtest/gtest.h>

namespace reflash::emu {
namespace {

TEST(ByteRanges, CoverNothingAtFirst) {
  const ByteRanges ranges;
  EXPECT_TRUE(ranges.Covers(0));
  EXPECT_FALSE(ranges.Covers(1));
}

TEST(ByteRanges, GrowTogetherInAnyOrder) {
  ByteRanges ranges;
  ranges.Add(20, 30);
  ranges.Add(0, 10);
  EXPECT_TRUE(ranges.Covers(10));
  EXPECT_FALSE(ranges.Covers(11));
  ranges.Add(10, 19);
  EXPECT_FALSE(ranges.Covers(20));
  ranges.Add(5, 25);
  EXPECT_TRUE(ranges.Covers(30));
  EXPECT_FALSE(ranges.Covers(31));
}

TEST(ByteRanges, StayWhatTheyAreWhenBytesAreWrittenAgain) {
  ByteRanges ranges;
  ranges.Add(0, 100);
  ranges.Add(10, 20);
  ranges.Add(50, 50);
  EXPECT_TRUE(ranges.Covers(100));
  ranges.Clear();
  EXPECT_FALSE(ranges.Covers(1));
}

}  // namespace
}  // namespace reflash::emu
