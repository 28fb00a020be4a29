// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string_view>

namespace reflash {
namespace {

struct Row {
  ErrorCode code;
  std::string_view word;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.word; }

class ErrorWordTest : public testing::TestWithParam<Row> {};

TEST_P(ErrorWordTest, StandsForItsCodeBothWays) {
  EXPECT_EQ(ErrorWord(GetParam().code), GetParam().word);
  EXPECT_EQ(ErrorCodeFromWord(GetParam().word), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    AllCodes, ErrorWordTest,
    testing::Values(Row{ErrorCode::kHwError, "hw-error"}, Row{ErrorCode::kTimeout, "timeout"},
                    Row{ErrorCode::kCanceled, "canceled"}, Row{ErrorCode::kBusy, "busy"},
                    Row{ErrorCode::kInvalidSize, "invalid-size"},
                    Row{ErrorCode::kRwError, "rw-error"}, Row{ErrorCode::kWearout, "wearout"},
                    Row{ErrorCode::kInvalidImage, "invalid-image"},
                    Row{ErrorCode::kNotSupported, "not-supported"},
                    Row{ErrorCode::kPermission, "permission"},
                    Row{ErrorCode::kNotFound, "not-found"},
                    Row{ErrorCode::kInvalidArgument, "invalid-argument"}));

TEST(ErrorWord, OfNoCodeIsUnknown) {
  EXPECT_EQ(ErrorCodeFromWord("Busy"), std::nullopt);
  EXPECT_EQ(ErrorCodeFromWord(""), std::nullopt);
  EXPECT_EQ(ErrorWord(static_cast<ErrorCode>(0xFF)), "unknown");
}

TEST(Error, TellsItsCausesBehindItself) {
  const Error error = Error(ErrorCode::kHwError, "swp1")
                          .Because(Error(ErrorCode::kRwError, "write failed")
                                       .Because(Error(ErrorCode::kTimeout, "no clock")));
  EXPECT_EQ(error.Message(), "swp1: write failed: no clock");
  EXPECT_EQ(error.sentence(), "swp1");
  EXPECT_EQ(error.code(), ErrorCode::kHwError);
  ASSERT_NE(error.cause(), nullptr);
  EXPECT_EQ(error.cause()->code(), ErrorCode::kRwError);
}

Result<std::unique_ptr<int>> Number(bool good) {
  if (!good) return Fail(ErrorCode::kInvalidArgument, "number {} is bad", 7);
  return std::make_unique<int>(7);
}

Result<void> Check(bool good) {
  REFLASH_TRY(Number(good));
  return {};
}

Result<int> Twice(bool good_number, bool good_check) {
  const std::unique_ptr<int> number = REFLASH_TRY(Number(good_number));
  REFLASH_TRY_VOID(Check(good_check));
  return 2 * *number;
}

TEST(ReflashTry, GivesTheValueOrReturnsTheError) {
  EXPECT_EQ(*Twice(true, true), 14);
  EXPECT_EQ(Twice(false, true).error().Message(), "number 7 is bad");
  EXPECT_EQ(Twice(true, false).error().Message(), "number 7 is bad");
}

}  // namespace
}  // namespace reflash
