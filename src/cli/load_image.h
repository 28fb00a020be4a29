// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "flash/image_to_load.h"

namespace reflash::cli {

/// The image at `path`, and the manifest beside it if there is one.
/// Errors: kInvalidImage, also for a manifest that cannot be understood or has another digest.
Result<ImageToLoad> LoadImage(const std::string& path);

}  // namespace reflash::cli
