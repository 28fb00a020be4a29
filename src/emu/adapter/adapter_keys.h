// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/toml_table.h"
#include "emu/adapter/adapter_settings.h"

namespace reflash::emu {

/// Takes every key of [[adapter]] but `name` and `fault` that stands in `table`; a member whose key
/// is missing stays as it is.
/// Errors: kInvalidArgument for values that such a key cannot have.
Result<void> TakeAdapterKeys(TomlTable& table, AdapterSettings& settings);

}  // namespace reflash::emu
