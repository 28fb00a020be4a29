// SPDX-License-Identifier: Apache-2.0
#include "cli/confirmation.h"

#include <gtest/gtest.h>

namespace reflash::cli {
namespace {

TEST(Confirmation, NamesAllDevicesInOneQuestion) {
  const std::string overwrite = "overwrite the only image of";
  EXPECT_EQ(Question({{overwrite, "swp3"}}), "overwrite the only image of swp3? [y/N] ");
  EXPECT_EQ(Question({{overwrite, "swp3"}, {"cancel a key of", "card0"}, {overwrite, "swp4"}}),
            "cancel a key of card0; overwrite the only image of swp3, swp4? [y/N] ");
}

TEST(Confirmation, OnlyYesIsYes) {
  for (const char* const yes : {"y\n", "Y\n", "yes\n", "YES \r\n", "y"}) EXPECT_TRUE(IsYes(yes));
  for (const char* const no : {"", "\n", "n\n", "no\n", "yep\n", "y n\n", "1\n"}) {
    EXPECT_FALSE(IsYes(no)) << no;
  }
}

TEST(Confirmation, NobodyIsAskedThroughJson) { EXPECT_FALSE(CanAsk(Output(true))); }

}  // namespace
}  // namespace reflash::cli
