// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/error.h"
#include "emu/lab_settings.h"

namespace reflash::emu {

/// Reads the text of a lab file (docs: INTERFACES, "Lab file", and src/emu/README.md);
/// `file_name` is what errors call it.
/// Errors: kInvalidArgument for bad TOML, unknown keys, duplicate names and impossible values; the
/// sentence names file, line, thing and key.
Result<LabSettings> ParseLabFile(std::string_view text, std::string_view file_name);

}  // namespace reflash::emu
