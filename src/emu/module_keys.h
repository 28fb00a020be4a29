// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/toml_table.h"
#include "emu/module_settings.h"

namespace reflash::emu {

/// Takes the keys of a `[[module]]` that describe the module, which is all but `name`, `bus`,
/// `profile` and `fault`. A key that is missing leaves its member as it is.
/// Errors: kInvalidArgument for a value of the wrong type or out of the range of its member, with
/// file, line and key.
Result<void> TakeModuleKeys(TomlTable& table, ModuleSettings& settings);

}  // namespace reflash::emu
