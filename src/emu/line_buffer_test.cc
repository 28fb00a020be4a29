// SPDX-License-Identifier: Apache-2.0
#include "emu/line_buffer.h"

#include <gtest/gtest.h>

namespace reflash::emu {
namespace {

TEST(LineBuffer, MakesLinesOfPieces) {
  LineBuffer buffer(100);
  EXPECT_FALSE(buffer.TakeLine());
  buffer.Add("on");
  EXPECT_FALSE(buffer.TakeLine());
  buffer.Add("e\ntwo\n\nthr");
  EXPECT_EQ(*buffer.TakeLine(), "one");
  EXPECT_EQ(*buffer.TakeLine(), "two");
  EXPECT_EQ(*buffer.TakeLine(), "");
  EXPECT_FALSE(buffer.TakeLine());
  buffer.Add("ee\n");
  EXPECT_EQ(*buffer.TakeLine(), "three");
  EXPECT_FALSE(buffer.TakeLine());
}

TEST(LineBuffer, TellsOnceThatALineIsTooLongAndGoesOnBehindIt) {
  LineBuffer buffer(4);
  buffer.Add("1234\n12345");
  EXPECT_EQ(*buffer.TakeLine(), "1234");
  EXPECT_FALSE(buffer.TakeLine()->has_value());
  EXPECT_FALSE(buffer.TakeLine());
  buffer.Add("6789");
  EXPECT_FALSE(buffer.TakeLine());
  buffer.Add("0\nab\n");
  EXPECT_EQ(*buffer.TakeLine(), "ab");
}

TEST(LineBuffer, TellsThatAWholeLineIsTooLong) {
  LineBuffer buffer(4);
  buffer.Add("12345\n12345\nab\n");
  EXPECT_FALSE(buffer.TakeLine()->has_value());
  EXPECT_FALSE(buffer.TakeLine()->has_value());
  EXPECT_EQ(*buffer.TakeLine(), "ab");
}

}  // namespace
}  // namespace reflash::emu
