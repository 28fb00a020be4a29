// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "image/image.h"
#include "image/manifest.h"

namespace reflash {

/// An image and what is said about it; without a manifest only the device can judge the image.
struct ImageToLoad {
  Image image;
  std::optional<Manifest> manifest;
};

}  // namespace reflash
