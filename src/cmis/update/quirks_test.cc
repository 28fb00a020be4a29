// SPDX-License-Identifier: Apache-2.0
#include "cmis/update/quirks.h"

#include <gtest/gtest.h>

namespace reflash::cmis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Quirks Of(std::string vendor, std::string part = "X", bool tunable = false) {
  return QuirksOf({.vendor = std::move(vendor), .part = std::move(part), .tunable = tunable});
}

TEST(Quirks, HasARowForEachModuleThatNeedsOne) {
  EXPECT_EQ(Of("COLORCHIP ltd").least_start, milliseconds(3000));
  EXPECT_EQ(Of("Molex Inc.").least_write, milliseconds(100));
  EXPECT_EQ(Of("Molex Inc.").pause_before_commit, seconds(5));
  EXPECT_EQ(Of("TE Connectivity").least_commit, seconds(4));
  EXPECT_TRUE(Of("Hisense").running_bank_unreliable);
  EXPECT_TRUE(Of("INNOLIGHT").reply_length_unreliable);
  EXPECT_EQ(Of("INNOLIGHT", "T-OH8CNT-NMT").least_start, seconds(12));
  EXPECT_EQ(Of("COHERENT").least_complete, seconds(120));
  EXPECT_EQ(Of("ACME", "ZR", true).least_complete, seconds(120));
}

TEST(Quirks, SaysNothingAboutOtherModules) {
  const Quirks none = Of("ACME", "OSFP-800G-DR8");
  EXPECT_EQ(none.least_start, Duration::zero());
  EXPECT_EQ(none.pause_before_commit, Duration::zero());
  EXPECT_FALSE(none.running_bank_unreliable);
  EXPECT_FALSE(none.reply_length_unreliable);
  EXPECT_TRUE(QuirkOrigins({.vendor = "ACME"}).empty());
}

TEST(Quirks, TellsWhereEachComesFrom) {
  EXPECT_EQ(QuirkOrigins({.vendor = "INNOLIGHT", .part = "T-OH8CNT", .tunable = true}).size(), 3U);
}

}  // namespace
}  // namespace reflash::cmis
