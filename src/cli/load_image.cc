// SPDX-License-Identifier: Apache-2.0
#include "cli/load_image.h"

#include <optional>
#include <utility>

namespace reflash::cli {

Result<ImageToLoad> LoadImage(const std::string& path) {
  Image image = REFLASH_TRY(Image::Load(path));
  std::optional<Manifest> manifest = REFLASH_TRY(Manifest::LoadBeside(path));
  if (manifest) REFLASH_TRY_VOID(manifest->CheckDigest(image));
  return ImageToLoad{.image = std::move(image), .manifest = std::move(manifest)};
}

}  // namespace reflash::cli
