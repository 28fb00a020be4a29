// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"

namespace reflash {

/// The Error for a failed system call: the code of `errno_value` by the one table of the project,
/// and `what` followed by the system's own words, such as
/// "cannot open /dev/i2c-7: Permission denied".
Error ErrorFromErrno(int errno_value, std::string what);

}  // namespace reflash
