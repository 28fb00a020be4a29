// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"

namespace reflash::cli {

/// The password in a file of eight hexadecimal digits, with white space around them or not;
/// nothing when there is no file. Errors: kInvalidArgument; the contents are never repeated.
Result<std::optional<std::uint32_t>> ReadPasswordFile(const std::optional<std::string>& path);

}  // namespace reflash::cli
