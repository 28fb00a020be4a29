// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/promptness.h"

#include <gtest/gtest.h>

namespace reflash::cmis {
namespace {

using std::chrono::milliseconds;

void Prove(Promptness& promptness, unsigned times, Duration elapsed) {
  for (unsigned time = 0; time < times; ++time) promptness.Prove(elapsed);
}

TEST(Promptness, IsProvedByThirtyTwoCommandsInARow) {
  Promptness promptness;
  Prove(promptness, 31, Duration(0));
  promptness.Doubt();
  Prove(promptness, 31, Duration(0));
  EXPECT_FALSE(promptness.Covers(milliseconds(100)));
  promptness.Prove(Duration(0));
  EXPECT_TRUE(promptness.Covers(Duration(0)));
}

TEST(Promptness, SaysNothingAboutLooksThatComeEarlierThanThoseThatProvedIt) {
  Promptness promptness;
  promptness.Prove(Duration(0));
  Prove(promptness, 31, milliseconds(8));
  EXPECT_TRUE(promptness.Covers(milliseconds(8)));
  EXPECT_FALSE(promptness.Covers(milliseconds(5)));
}

TEST(Promptness, IsProvedForEarlierLooksByLaterCommands) {
  Promptness promptness;
  Prove(promptness, 32, milliseconds(8));
  Prove(promptness, 32, milliseconds(2));
  EXPECT_TRUE(promptness.Covers(milliseconds(2)));
  Prove(promptness, 32, milliseconds(8));
  EXPECT_TRUE(promptness.Covers(milliseconds(2)));
}

}  // namespace
}  // namespace reflash::cmis
