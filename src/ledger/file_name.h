// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace reflash {

/// The name of the file of one hardware address: letters, digits, '_', '-' and '.' (not in front)
/// as they are, other bytes as %XX. One that would be too long for a file system keeps its
/// beginning and ends in "%-" and a hash of all. The names of two short addresses never are the
/// same; those of long ones could be, which costs a needless refusal (the content names the whole
/// address).
/// Errors: kInvalidArgument for an address that is empty or not UTF-8.
Result<std::string> FileNameFor(const std::string& hardware_address);

}  // namespace reflash
