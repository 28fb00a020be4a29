// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/version.h"

namespace reflash::emu {

/// What the header of an image for emulated devices says. The layout stands in README.md.
struct ImageHeader {
  static constexpr std::size_t kBytes = 64;

  Version version;
  std::string part;
  std::uint32_t length_bytes = 0;
  std::uint32_t checksum = 0;  ///< CRC-32 of everything but this field

  /// Whether the image is for a module with this part number; a '*' at the end of the image's
  /// part stands for any ending.
  [[nodiscard]] bool Fits(std::string_view module_part) const;
};

/// An image of `size_bytes`, header included: the header, and behind it pseudo-random bytes from
/// `seed` with stretches of FFh between them, as real images are padded. Equal arguments give
/// equal images.
/// Errors: kInvalidArgument for a version that CMIS cannot express (255.255.65535 at most), a part
/// of more than 16 printable characters, or a size under 64 bytes or of 4 GiB and more.
Result<Bytes> MakeImage(const Version& version, std::string_view part, std::size_t size_bytes,
                        std::uint64_t seed = 0);

/// Errors: kInvalidImage when this is no image of this format.
Result<ImageHeader> ParseImageHeader(ByteView image);

/// The CRC-32 (IEEE 802.3) of an image, without the field that holds it; `image` has a header.
std::uint32_t ImageChecksum(ByteView image);

/// The SHA-256 of `bytes`, in lower-case hexadecimal digits.
std::string Sha256Hex(ByteView bytes);

/// The text of IMAGE.toml for an image that was made with these arguments.
std::string MakeManifest(const Version& version, std::string_view part, ByteView image);

/// The beginning of the text of an IMAGE.toml, up to the line [[fits]]; what it fits follows.
std::string ManifestText(const Version& version, ByteView image);

}  // namespace reflash::emu
