// SPDX-License-Identifier: Apache-2.0
#include "capi/return_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace reflash::capi {
namespace {

using std::chrono::milliseconds;
using Next = ReturnCode::Next;

constexpr FacilityOperation kDownload = FacilityOperation::kDownload;
constexpr FacilityOperation kValidate = FacilityOperation::kValidate;

// The rows of reference B3, as numbers.

struct GoingOn {
  std::int64_t number;
  Next next;
  int hint_ms = 0;
};

class CodeThatGoesOn : public testing::TestWithParam<GoingOn> {};

TEST_P(CodeThatGoesOn, MeansTheSameForAllCalls) {
  for (const FacilityOperation operation :
       {kDownload, kValidate, FacilityOperation::kReset, FacilityOperation::kVitalData}) {
    const ReturnCode& code = FindReturnCode(GetParam().number, operation);
    EXPECT_EQ(code.number, GetParam().number);
    EXPECT_EQ(code.next, GetParam().next);
    EXPECT_EQ(code.hint, milliseconds(GetParam().hint_ms));
  }
}

INSTANTIATE_TEST_SUITE_P(
    ReturnCode, CodeThatGoesOn,
    testing::Values(GoingOn{0, Next::kComplete}, GoingOn{1, Next::kRepeat, 10},
                    GoingOn{18, Next::kNextChunk}, GoingOn{9900, Next::kRepeat, 1},
                    GoingOn{9901, Next::kRepeat, 10}, GoingOn{9902, Next::kRepeat, 100},
                    GoingOn{9903, Next::kRepeat, 1000}, GoingOn{9904, Next::kRepeat, 10'000},
                    GoingOn{9905, Next::kRepeat, 100'000}));

struct Failing {
  std::int64_t number;
  FacilityOperation operation;
  ErrorCode error;
  const char* words;
};

class CodeThatFails : public testing::TestWithParam<Failing> {};

TEST_P(CodeThatFails, IsAnErrorOfItsOwn) {
  EXPECT_EQ(FindReturnCode(GetParam().number, GetParam().operation).next, Next::kGiveUp);
  const Error error = ErrorOfReturnCode(GetParam().number, GetParam().operation);
  EXPECT_EQ(error.code(), GetParam().error);
  EXPECT_THAT(error.Message(), testing::HasSubstr(GetParam().words));
  EXPECT_THAT(error.Message(), testing::HasSubstr(std::to_string(GetParam().number) + ")"));
}

INSTANTIATE_TEST_SUITE_P(
    ReturnCode, CodeThatFails,
    testing::Values(Failing{-1, kDownload, ErrorCode::kHwError, "hardware"},
                    Failing{-2, kDownload, ErrorCode::kNotSupported, "does not offer"},
                    Failing{-4, kDownload, ErrorCode::kInvalidArgument, "a defect of reflash"},
                    Failing{-10, kDownload, ErrorCode::kPermission, "does not allow"},
                    Failing{-16, kDownload, ErrorCode::kBusy, "try again later"},
                    Failing{-70, kDownload, ErrorCode::kInvalidImage, "the image is damaged"},
                    Failing{-70, kValidate, ErrorCode::kHwError, "does not hold the image"},
                    Failing{-72, kDownload, ErrorCode::kInvalidArgument, "a defect of reflash"},
                    Failing{-75, kValidate, ErrorCode::kBusy, "a call came too late"},
                    Failing{-12345, kDownload, ErrorCode::kHwError, "in no table"},
                    Failing{2, kDownload, ErrorCode::kHwError, "in no table"},
                    Failing{9899, kDownload, ErrorCode::kHwError, "in no table"},
                    Failing{9906, kDownload, ErrorCode::kHwError, "in no table"}));

}  // namespace
}  // namespace reflash::capi
