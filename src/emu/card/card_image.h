// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/version.h"
#include "emu/card/card_family.h"
#include "emu/card/signed_image.h"

namespace reflash::emu {

/// Who signs a file for emulated cards: a root key (any number is one) and a signing key.
struct CardSigner {
  std::uint32_t root_key = 0;
  std::uint32_t signing_key = 0;  ///< 0 to 127
};

/// A PACSign file of `size_bytes` that emulated cards accept. Equal arguments give equal files.
/// Errors: kInvalidArgument for a version that the card cannot tell (15.15.15 at most for the
/// static region and the factory image, else 255.255.255), and a size under 1152 bytes or of 4 GiB
/// and more.
Result<Bytes> MakeCardImage(const Version& version, CardImageSort sort, std::size_t size_bytes,
                            std::uint64_t seed = 0, const CardSigner& signer = {});

/// A file that programs the hash of `root_key`'s root entry. `action` is one of the two.
Bytes MakeRootHashFile(CardImageSort sort, CardImageAction action, std::uint32_t root_key,
                       const CardSigner& signer = {});

/// A file that cancels signing key `key`.
Bytes MakeKeyCancellation(CardImageSort sort, std::uint32_t key, const CardSigner& signer = {});

/// The hash of the root entry of `root_key`: SHA-256, or SHA-384 for kRootHash384.
Bytes RootEntryHash(std::uint32_t root_key, CardImageAction action);

/// The text of IMAGE.toml for an image that was made with MakeCardImage for cards of `family`.
std::string MakeCardManifest(const Version& version, CardFamily family, ByteView image);

}  // namespace reflash::emu
