// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace reflash::cli {
namespace {

struct ErrorRow {
  ErrorCode error;
  ExitCode alone;    ///< of a command that ends with it
  ExitCode refused;  ///< of a job that was refused with it
  ExitCode failed;   ///< of a job that it ended in the middle
};

constexpr std::array kErrors{
    ErrorRow{ErrorCode::kHwError, ExitCode::kDeviceFailed, ExitCode::kDeviceFailed,
             ExitCode::kDeviceFailed},
    ErrorRow{ErrorCode::kTimeout, ExitCode::kDeviceFailed, ExitCode::kDeviceFailed,
             ExitCode::kDeviceFailed},
    ErrorRow{ErrorCode::kCanceled, ExitCode::kCanceled, ExitCode::kNothingToDo,
             ExitCode::kDeviceFailed},
    ErrorRow{ErrorCode::kBusy, ExitCode::kBusy, ExitCode::kBusy, ExitCode::kBusy},
    ErrorRow{ErrorCode::kInvalidSize, ExitCode::kImageUnacceptable, ExitCode::kImageUnacceptable,
             ExitCode::kDeviceFailed},
    ErrorRow{ErrorCode::kRwError, ExitCode::kDeviceFailed, ExitCode::kDeviceFailed,
             ExitCode::kDeviceFailed},
    ErrorRow{ErrorCode::kWearout, ExitCode::kDeviceFailed, ExitCode::kDeviceFailed,
             ExitCode::kDeviceFailed},
    ErrorRow{ErrorCode::kInvalidImage, ExitCode::kImageUnacceptable, ExitCode::kImageUnacceptable,
             ExitCode::kDeviceFailed},
    ErrorRow{ErrorCode::kNotSupported, ExitCode::kDeviceFailed, ExitCode::kImageUnacceptable,
             ExitCode::kDeviceFailed},
    ErrorRow{ErrorCode::kPermission, ExitCode::kNotPermitted, ExitCode::kNotPermitted,
             ExitCode::kNotPermitted},
    ErrorRow{ErrorCode::kNotFound, ExitCode::kNoSuchDevice, ExitCode::kNoSuchDevice,
             ExitCode::kDeviceFailed},
    ErrorRow{ErrorCode::kInvalidArgument, ExitCode::kUsage, ExitCode::kUsage,
             ExitCode::kDeviceFailed},
};

JobSnapshot Ended(JobOutcome outcome, std::optional<ErrorCode> error = std::nullopt) {
  JobSnapshot job;
  job.outcome = outcome;
  if (error) job.failure = JobFailure{.code = *error};
  return job;
}

TEST(ExitCode, EachErrorHasItsOwn) {
  for (const ErrorRow& row : kErrors) {
    SCOPED_TRACE(ErrorWord(row.error));
    EXPECT_EQ(ExitCodeFor(row.error), row.alone);
    EXPECT_EQ(ExitCodeFor(Ended(JobOutcome::kRefused, row.error)), row.refused);
    EXPECT_EQ(ExitCodeFor(Ended(JobOutcome::kFailed, row.error)), row.failed);
  }
}

TEST(ExitCode, EachOutcomeHasItsOwn) {
  EXPECT_EQ(ExitCodeFor(Ended(JobOutcome::kUpdated)), ExitCode::kDone);
  EXPECT_EQ(ExitCodeFor(Ended(JobOutcome::kDownloaded)), ExitCode::kDone);
  EXPECT_EQ(ExitCodeFor(Ended(JobOutcome::kUpToDate)), ExitCode::kNothingToDo);
  EXPECT_EQ(ExitCodeFor(Ended(JobOutcome::kCanceled, ErrorCode::kCanceled)), ExitCode::kCanceled);
  EXPECT_EQ(ExitCodeFor(Ended(JobOutcome::kRolledBack, ErrorCode::kHwError)),
            ExitCode::kDeviceFailed);
}

TEST(ExitCode, TheNumbersAreThoseOfTheManual) {
  EXPECT_EQ(static_cast<int>(ExitCode::kDone), 0);
  EXPECT_EQ(static_cast<int>(ExitCode::kDeviceFailed), 1);
  EXPECT_EQ(static_cast<int>(ExitCode::kNothingToDo), 2);
  EXPECT_EQ(static_cast<int>(ExitCode::kNoSuchDevice), 3);
  EXPECT_EQ(static_cast<int>(ExitCode::kUsage), 64);
  EXPECT_EQ(static_cast<int>(ExitCode::kImageUnacceptable), 65);
  EXPECT_EQ(static_cast<int>(ExitCode::kBusy), 75);
  EXPECT_EQ(static_cast<int>(ExitCode::kNotPermitted), 77);
  EXPECT_EQ(static_cast<int>(ExitCode::kCanceled), 130);
}

TEST(ExitCode, OfSeveralTheGravestIsTaken) {
  std::vector<ExitCode> codes{
      ExitCode::kUsage,        ExitCode::kNoSuchDevice, ExitCode::kImageUnacceptable,
      ExitCode::kNotPermitted, ExitCode::kDeviceFailed, ExitCode::kCanceled,
      ExitCode::kBusy,         ExitCode::kDone,         ExitCode::kNothingToDo};
  while (!codes.empty()) {
    std::vector<ExitCode> backwards(codes.rbegin(), codes.rend());
    EXPECT_EQ(Combine(codes), codes.front());
    EXPECT_EQ(Combine(backwards), codes.front());
    codes.erase(codes.begin());
  }
}

TEST(ExitCode, OfNoDeviceThereIsNothingToDo) { EXPECT_EQ(Combine({}), ExitCode::kNothingToDo); }

}  // namespace
}  // namespace reflash::cli
