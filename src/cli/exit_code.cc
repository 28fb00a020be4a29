// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.h"

#include <algorithm>
#include <array>

namespace reflash::cli {
namespace {

struct ErrorRow {
  ErrorCode error;
  ExitCode exit;
};

/// What is not here is a failure of the device.
constexpr std::array kErrors{
    ErrorRow{ErrorCode::kInvalidArgument, ExitCode::kUsage},
    ErrorRow{ErrorCode::kNotFound, ExitCode::kNoSuchDevice},
    ErrorRow{ErrorCode::kInvalidImage, ExitCode::kImageUnacceptable},
    ErrorRow{ErrorCode::kInvalidSize, ExitCode::kImageUnacceptable},
    ErrorRow{ErrorCode::kPermission, ExitCode::kNotPermitted},
    ErrorRow{ErrorCode::kBusy, ExitCode::kBusy},
    ErrorRow{ErrorCode::kCanceled, ExitCode::kCanceled},
};

constexpr std::array kGravest{
    ExitCode::kUsage,        ExitCode::kNoSuchDevice, ExitCode::kImageUnacceptable,
    ExitCode::kNotPermitted, ExitCode::kDeviceFailed, ExitCode::kCanceled,
    ExitCode::kBusy,         ExitCode::kDone,
};

}  // namespace

ExitCode ExitCodeFor(ErrorCode code) {
  const auto* const found = std::ranges::find(kErrors, code, &ErrorRow::error);
  return found == kErrors.end() ? ExitCode::kDeviceFailed : found->exit;
}

ExitCode ExitCodeFor(const JobSnapshot& job) {
  switch (job.outcome.value_or(JobOutcome::kFailed)) {
    case JobOutcome::kUpdated:
    case JobOutcome::kDownloaded:
    case JobOutcome::kVerified:
      return ExitCode::kDone;
    case JobOutcome::kUpToDate:
      return ExitCode::kNothingToDo;
    case JobOutcome::kCanceled:
      return ExitCode::kCanceled;
    case JobOutcome::kRefused:
      break;
    case JobOutcome::kFailed:
    case JobOutcome::kRolledBack: {
      // Live traffic and a missing password are more than a failure of the device.
      const ErrorCode code = job.failure ? job.failure->code : ErrorCode::kHwError;
      const bool forbidden = code == ErrorCode::kBusy || code == ErrorCode::kPermission;
      return forbidden ? ExitCodeFor(code) : ExitCode::kDeviceFailed;
    }
  }
  if (!job.failure) return ExitCode::kCanceled;
  // Not begun because of another device, which has an exit code of its own.
  if (job.failure->code == ErrorCode::kCanceled) return ExitCode::kNothingToDo;
  if (job.failure->code == ErrorCode::kNotSupported) return ExitCode::kImageUnacceptable;
  return ExitCodeFor(job.failure->code);
}

ExitCode Combine(std::span<const ExitCode> codes) {
  for (const ExitCode code : kGravest) {
    if (std::ranges::find(codes, code) != codes.end()) return code;
  }
  return ExitCode::kNothingToDo;
}

}  // namespace reflash::cli
