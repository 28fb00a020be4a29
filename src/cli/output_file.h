// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/bytes.h"

namespace reflash::cli {

/// Writes a file in one step: it has its old contents or the new ones, never a part of them.
/// Errors: as errno has them, naming the file.
Result<void> WriteFile(const std::filesystem::path& path, ByteView contents);

}  // namespace reflash::cli
