// SPDX-License-Identifier: Apache-2.0
#include "base/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace reflash {
namespace {

struct Row {
  std::string_view pattern;
  std::string_view text;
  bool matches;
};

constexpr Row kRows[] = {
    {"", "", true},
    {"", "a", false},
    {"a", "", false},
    {"swp1", "swp1", true},
    {"swp1", "swp10", false},
    {"swp1", "SWP1", false},
    {"*", "", true},
    {"*", "anything at all", true},
    {"**", "x", true},
    {"swp*", "swp", true},
    {"swp*", "swp12", true},
    {"swp*", "eth0", false},
    {"*-DR8", "OSFP-800G-DR8", true},
    {"*-DR8", "OSFP-800G-DR8+", false},
    {"OSFP-8*", "OSFP-800G-DR8", true},
    {"OSFP-8*", "OSFP-400G", false},
    {"a*b*c", "aXbXbXc", true},
    {"a*b*c", "aXbXbX", false},
    {"*ab*", "aaab", true},
    {"*aab", "aaaab", true},
    {"?", "", false},
    {"?", "a", true},
    {"?", "ab", false},
    {"swp?", "swp1", true},
    {"swp?", "swp12", false},
    {"?*", "", false},
    {"*?", "a", true},
    {"*", ".hidden/and/deep", true},
    {"[ab]", "a", false},
    {"[ab]", "[ab]", true},
    {"\\*", "\\anything", true},
    {"\\*", "*", false},
    {"*", "\xff\xfe", true},
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
