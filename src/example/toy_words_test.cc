// SPDX-License-Identifier: Apache-2.0
// The first ring: codecs against words that were written down by hand.
#include "example/toy_words.h"

#include <gtest/gtest.h>

namespace reflash::example {
namespace {

TEST(ToyWords, HoldAVersionInTwoBytesAndOneAndOne) {
  EXPECT_EQ(DecodeVersion(0x00010203), (Version{1, 2, 3}));
  EXPECT_EQ(DecodeVersion(0xFFFFFFFF), (Version{65535, 255, 255}));
  EXPECT_EQ(DecodeVersion(0), (Version{0, 0, 0}));
}

TEST(ToyWords, HoldWhatIsInTheBanks) {
  DeviceInfo info;
  info.banks = DecodeBanks(0b0100, 0x00010200, 0);
  EXPECT_EQ(info.DescribeBanks(), "bank A runs 1.2.0, bank B is empty");
  info.banks = DecodeBanks(0b1101, 0x00010200, 0x00010300);
  EXPECT_EQ(info.DescribeBanks(),
            "bank A holds 1.2.0 (committed), bank B runs 1.3.0 (not committed)");
  info.banks = DecodeBanks(0b1111, 0x00010200, 0x00010300);
  EXPECT_EQ(info.DescribeBanks(), "bank A holds 1.2.0, bank B runs 1.3.0");
}

TEST(ToyWords, TellWhyAToyFailed) {
  EXPECT_EQ(ErrorOfToy(1).code(), ErrorCode::kBusy);
  EXPECT_EQ(ErrorOfToy(2).code(), ErrorCode::kInvalidImage);
  EXPECT_EQ(ErrorOfToy(3).code(), ErrorCode::kWearout);
  EXPECT_EQ(ErrorOfToy(77).code(), ErrorCode::kHwError);
  EXPECT_EQ(ErrorOfToy(77).Message(), "the toy failed with the unknown error 77");
}

}  // namespace
}  // namespace reflash::example
