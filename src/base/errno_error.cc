// SPDX-License-Identifier: Apache-2.0
#include "base/errno_error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace reflash {
namespace {

struct Row {
  int errno_value;
  ErrorCode code;
};

constexpr std::array kRows{
    Row{EPERM, ErrorCode::kPermission},
    Row{EACCES, ErrorCode::kPermission},
    Row{EROFS, ErrorCode::kPermission},
    Row{ENOENT, ErrorCode::kNotFound},
    Row{ENODEV, ErrorCode::kNotFound},
    Row{ENXIO, ErrorCode::kNotFound},
    Row{ENOTDIR, ErrorCode::kNotFound},
    Row{ECONNREFUSED, ErrorCode::kNotFound},
    Row{EBUSY, ErrorCode::kBusy},
    Row{EAGAIN, ErrorCode::kBusy},
    Row{ETXTBSY, ErrorCode::kBusy},
    Row{EADDRINUSE, ErrorCode::kBusy},
    Row{ETIMEDOUT, ErrorCode::kTimeout},
    Row{ETIME, ErrorCode::kTimeout},
    Row{ECANCELED, ErrorCode::kCanceled},
    Row{EFBIG, ErrorCode::kInvalidSize},
    Row{EOVERFLOW, ErrorCode::kInvalidSize},
    Row{EOPNOTSUPP, ErrorCode::kNotSupported},
    Row{ENOSYS, ErrorCode::kNotSupported},
    Row{ENOTTY, ErrorCode::kNotSupported},
    Row{EINVAL, ErrorCode::kInvalidArgument},
    Row{ENAMETOOLONG, ErrorCode::kInvalidArgument},
};

}  // namespace

Error ErrorFromErrno(int errno_value, std::string what) {
  const auto* const found = std::ranges::find(kRows, errno_value, &Row::errno_value);
  const ErrorCode code = found == kRows.end() ? ErrorCode::kRwError : found->code;
  return {code, std::move(what) + ": " + std::generic_category().message(errno_value)};
}

}  // namespace reflash
