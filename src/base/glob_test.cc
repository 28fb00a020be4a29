// SPDX-License-Identifier: Apache-2.0
#include "base/glob.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace reflash {
namespace {

struct Row {
  std::string_view pattern;
  std::string_view text;
  bool matches;
};

constexpr std::array kRows{
    Row{"", "", true},
    Row{"", "a", false},
    Row{"a", "", false},
    Row{"swp1", "swp1", true},
    Row{"swp1", "swp10", false},
    Row{"swp1", "SWP1", false},
    Row{"*", "", true},
    Row{"*", "anything at all", true},
    Row{"**", "x", true},
    Row{"swp*", "swp", true},
    Row{"swp*", "swp12", true},
    Row{"swp*", "eth0", false},
    Row{"*-DR8", "OSFP-800G-DR8", true},
    Row{"*-DR8", "OSFP-800G-DR8+", false},
    Row{"OSFP-8*", "OSFP-800G-DR8", true},
    Row{"OSFP-8*", "OSFP-400G", false},
    Row{"a*b*c", "aXbXbXc", true},
    Row{"a*b*c", "aXbXbX", false},
    Row{"*ab*", "aaab", true},
    Row{"*aab", "aaaab", true},
    Row{"?", "", false},
    Row{"?", "a", true},
    Row{"?", "ab", false},
    Row{"swp?", "swp1", true},
    Row{"swp?", "swp12", false},
    Row{"?*", "", false},
    Row{"*?", "a", true},
    Row{"*", ".hidden/and/deep", true},
    Row{"[ab]", "a", false},
    Row{"[ab]", "[ab]", true},
    Row{"\\*", "\\anything", true},
    Row{"\\*", "*", false},
    Row{"*", "\xff\xfe", true},
};

TEST(Glob, MatchesAsItsTableSays) {
  for (const Row& row : kRows) {
    EXPECT_EQ(GlobMatches(row.pattern, row.text), row.matches)
        << "'" << row.pattern << "' and '" << row.text << "'";
  }
}

TEST(Glob, APatternOfManyStarsDoesNotTakeForever) {
  std::string pattern;
  for (int star = 0; star < 200; ++star) pattern += "*a";
  // Exponential backtracking would not end within the age of the universe.
  EXPECT_FALSE(GlobMatches(pattern + "b", std::string(1000, 'a')));
  EXPECT_TRUE(GlobMatches(pattern, std::string(1000, 'a')));
}

TEST(Glob, TellsPatternsFromNames) {
  EXPECT_TRUE(IsGlob("swp*"));
  EXPECT_TRUE(IsGlob("swp?"));
  EXPECT_FALSE(IsGlob("swp1"));
  EXPECT_FALSE(IsGlob(""));
}

}  // namespace
}  // namespace reflash
