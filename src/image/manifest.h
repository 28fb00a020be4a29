// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/version.h"
#include "image/image.h"

namespace reflash {

/// Devices that an image is for. Each part is a pattern (`base/glob.h`); one that is absent
/// matches everything.
struct Fit {
  std::optional<std::string> kind;    ///< such as "cmis-module"
  std::optional<std::string> vendor;  ///< such as "ACME"
  std::optional<std::string> part;    ///< such as "OSFP-8*"

  bool operator==(const Fit&) const = default;
};

/// What the author of an image says about it, in IMAGE.toml beside IMAGE:
///
///     [image]
///     version = "1.3.0"
///     sha256  = "..."
///     [[fits]]
///     kind = "cmis-module"
///     vendor = "ACME"
///     part = "OSFP-8*"
///
/// Everything is optional; what is not known is an error, since a misspelt `sha256` would
/// otherwise be a check that is silently left out.
struct Manifest {
  /// The largest manifest that is read; real ones have some hundred bytes.
  static constexpr std::size_t kLargestBytes = 64U * 1024U;

  std::string image_name;          ///< what messages call the image, such as "fw.bin"
  std::optional<Version> version;  ///< the version that a device runs afterwards
  std::string sha256;              ///< 64 digits in lower case; empty when not stated
  std::vector<Fit> fits;           ///< empty: fits every device

  /// Reads the text of a manifest. `file_name` ("images/fw.bin.toml") is what errors call it; its
  /// last component without ".toml" is `image_name`.
  /// Errors: kInvalidImage, naming file, line and key, such as
  /// "images/fw.bin.toml:3: [image]: unknown key 'colour'".
  static Result<Manifest> Parse(std::string_view text, std::string_view file_name);

  /// Reads the manifest of the image at `image_path`; nothing when there is none.
  /// Errors: kInvalidImage when it can't be read (the cause tells why) or says nonsense.
  static Result<std::optional<Manifest>> LoadBeside(const std::filesystem::path& image_path);

  /// Whether `image` is, byte for byte, the one that the manifest speaks of.
  /// Errors: kInvalidImage, with both digests in the sentence.
  [[nodiscard]] Result<void> CheckDigest(const Image& image) const;

  /// Whether the image is for a device of this kind, vendor and part number.
  /// Errors: kInvalidImage: "fw.bin is for ACME OSFP-8*; this is a Foo Bar".
  [[nodiscard]] Result<void> CheckFits(std::string_view kind, std::string_view vendor,
                                       std::string_view part) const;
};

}  // namespace reflash
