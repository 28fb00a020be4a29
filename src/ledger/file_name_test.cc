// SPDX-License-Identifier: Apache-2.0
#include "ledger/file_name.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace reflash {
namespace {

TEST(FileName, KeepsWhatIsSafeAndEncodesTheRest) {
  using Row = std::pair<const char*, std::string_view>;
  constexpr std::array kRows{
      Row{"i2c-7_50.A", "i2c-7_50.A"},
      Row{"/dev/i2c-7#50", "%2Fdev%2Fi2c-7%2350"},
      Row{"..", "%2E."},
      Row{".hidden", "%2Ehidden"},
      Row{"a%2Fb", "a%252Fb"},
      Row{"a b\n", "a%20b%0A"},
      Row{"\u00fc", "%C3%BC"},
  };
  for (const auto& [address, name] : kRows) EXPECT_EQ(FileNameFor(address).value(), name);
}

TEST(FileName, IsShortAndDifferentForLongAddresses) {
  const std::string same(1000, '/');
  std::set<std::string> names;
  for (const char last : {'a', 'b', 'c'}) {
    const std::string name = FileNameFor(same + last).value();
    EXPECT_LE(name.size(), 200U);
    EXPECT_EQ(name.find('/'), std::string::npos);
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 3U);
}

TEST(FileName, OfALongAddressStaysTheSameInEveryBuild) {
  EXPECT_EQ(FileNameFor(std::string(201, 'a')).value(),
            std::string(160, 'a') + "%-9a253eda0ce95884");
}

TEST(FileName, NeedsAnAddressThatJsonCanHold) {
  EXPECT_EQ(FileNameFor("").error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(FileNameFor("\xff").error().code(), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace reflash
