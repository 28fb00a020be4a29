// SPDX-License-Identifier: Apache-2.0
#include "base/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <string_view>
#include <utility>

namespace reflash {
namespace {

TEST(Version, IsReadWithOrWithoutABuild) {
  using Row = std::pair<std::string_view, Version>;
  for (const auto& [text, version] :
       {Row{"1.2.3", {1, 2, 3}}, Row{"1.2", {1, 2, 0}}, Row{"0.0.0", {0, 0, 0}},
        Row{"01.002.3", {1, 2, 3}}, Row{"255.255.65535", {255, 255, 65535}},
        Row{"4294967295.0.1", {4294967295, 0, 1}}}) {
    const Result<Version> result = Version::Parse(text);
    ASSERT_TRUE(result) << text;
    EXPECT_EQ(*result, version) << text;
  }
}

TEST(Version, RefusesAnythingElse) {
  for (const std::string_view text :
       {"",     "1",    ".",     "1.",           "1.2.",           "1.2.3.", "1.2.3.4",
        ".1.2", "1..2", "1.2.x", "v1.2",         " 1.2",           "1.2 ",   "-1.2",
        "+1.2", "1.-2", "1,2",   "4294967296.0", "1.2.4294967296", "0x1.2"}) {
    const Result<Version> result = Version::Parse(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_THAT(result.error().Message(), testing::HasSubstr(text));
  }
}

RC_GTEST_PROP(Version, IsReadAsItIsWritten,
              (std::uint32_t major, std::uint32_t minor, std::uint32_t build)) {
  const Version version{major, minor, build};
  RC_ASSERT(Version::Parse(version.ToString()).value() == version);
}

RC_GTEST_PROP(Version, NeverReadsBeyondAnyText, (const std::string& text)) {
  const Result<Version> result = Version::Parse(text);
  RC_ASSERT(result.has_value() || result.error().code() == ErrorCode::kInvalidArgument);
}

TEST(Version, IsOrderedByMajorThenMinorThenBuild) {
  EXPECT_LT((Version{1, 9, 9}), (Version{2, 0, 0}));
  EXPECT_LT((Version{1, 2, 9}), (Version{1, 10, 0}));
  EXPECT_LT((Version{1, 2, 3}), (Version{1, 2, 4}));
}

}  // namespace
}  // namespace reflash
