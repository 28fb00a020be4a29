// SPDX-License-Identifier: Apache-2.0
#include "base/errno_error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <ostream>

namespace reflash {
namespace {

struct Row {
  int errno_value;
  ErrorCode code;
};

void PrintTo(const Row& row, std::ostream* out) { *out << ::strerrorname_np(row.errno_value); }

class ErrnoErrorTest : public testing::TestWithParam<Row> {};

TEST_P(ErrnoErrorTest, HasTheCodeOfItsRow) {
  EXPECT_EQ(ErrorFromErrno(GetParam().errno_value, "x").code(), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    AllRows, ErrnoErrorTest,
    testing::Values(Row{EPERM, ErrorCode::kPermission}, Row{EACCES, ErrorCode::kPermission},
                    Row{EROFS, ErrorCode::kPermission}, Row{ENOENT, ErrorCode::kNotFound},
                    Row{ENODEV, ErrorCode::kNotFound}, Row{ENXIO, ErrorCode::kNotFound},
                    Row{ENOTDIR, ErrorCode::kNotFound}, Row{ECONNREFUSED, ErrorCode::kNotFound},
                    Row{EBUSY, ErrorCode::kBusy}, Row{EAGAIN, ErrorCode::kBusy},
                    Row{ETXTBSY, ErrorCode::kBusy}, Row{EADDRINUSE, ErrorCode::kBusy},
                    Row{ETIMEDOUT, ErrorCode::kTimeout}, Row{ETIME, ErrorCode::kTimeout},
                    Row{ECANCELED, ErrorCode::kCanceled}, Row{EFBIG, ErrorCode::kInvalidSize},
                    Row{EOVERFLOW, ErrorCode::kInvalidSize},
                    Row{EOPNOTSUPP, ErrorCode::kNotSupported},
                    Row{ENOSYS, ErrorCode::kNotSupported}, Row{ENOTTY, ErrorCode::kNotSupported},
                    Row{EINVAL, ErrorCode::kInvalidArgument},
                    Row{ENAMETOOLONG, ErrorCode::kInvalidArgument}, Row{EIO, ErrorCode::kRwError},
                    Row{EBADF, ErrorCode::kRwError}, Row{ENOSPC, ErrorCode::kRwError}));

TEST(ErrnoError, SaysWhatFailedAndTheSystemsWords) {
  EXPECT_EQ(ErrorFromErrno(EACCES, "cannot open /dev/i2c-7").Message(),
            "cannot open /dev/i2c-7: Permission denied");
}

}  // namespace
}  // namespace reflash
