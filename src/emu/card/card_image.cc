// SPDX-License-Identifier: Apache-2.0
#include "emu/card/card_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>

#include "emu/card/pacsign_layout.h"
#include "emu/card/sha384.h"
#include "emu/crc32.h"
#include "emu/image_format.h"
#include "emu/random_image.h"

namespace reflash::emu {
namespace {

void StoreWord(std::span<std::byte> bytes, std::size_t offset, std::size_t value) {
  for (std::size_t index = 0; index < sizeof(std::uint32_t); ++index) {
    bytes[offset + index] = static_cast<std::byte>(value >> (8 * index) & 0xFFU);
  }
}

void StoreBytes(std::span<std::byte> bytes, std::size_t offset, ByteView value) {
  std::ranges::copy(value, bytes.subspan(offset).begin());
}

Bytes RootEntry(std::uint32_t root_key) {
  Bytes entry(SignedImage::kRootEntryBytes);
  FillRandom(entry, root_key);
  StoreWord(entry, 0, pacsign::kRootEntryMagic);
  return entry;
}

/// Puts blocks 0 and 1 in front of `payload`.
Bytes Sign(ByteView payload, CardImageSort sort, CardImageAction action, const CardSigner& signer) {
  const bool cancels = action == CardImageAction::kCancelKey;
  Bytes file(SignedImage::kHeaderBytes);
  const std::span view(file);
  StoreWord(view, 0, pacsign::kBlock0Magic);
  StoreWord(view, pacsign::kLengthAt, payload.size());
  StoreWord(view, pacsign::kSortAt,
            static_cast<std::uint32_t>(sort) | static_cast<std::uint32_t>(action) << 8U);
  StoreBytes(view, pacsign::kSha256At, Sha256(payload));
  StoreBytes(view, pacsign::kSha384At, Sha384(payload));
  StoreWord(view, pacsign::kBlock1At, pacsign::kBlock1Magic);
  StoreBytes(view, pacsign::kRootEntryAt, RootEntry(signer.root_key));
  if (!cancels) {
    FillRandom(view.subspan(pacsign::kSigningEntryAt, pacsign::kSigningEntryBytes),
               signer.signing_key);
    StoreWord(view, pacsign::kSigningEntryAt, pacsign::kSigningEntryMagic);
    StoreWord(view, pacsign::kSigningEntryAt + pacsign::kKeyNumberAt, signer.signing_key);
  }
  StoreWord(view, cancels ? pacsign::kSigningEntryAt : pacsign::kBlock0EntryAt,
            pacsign::kBlock0EntryMagic);
  Append(file, payload);
  return file;
}

Result<void> CheckArguments(const Version& version, CardImageSort sort, std::size_t size_bytes) {
  constexpr std::size_t kLeast = SignedImage::kHeaderBytes + SignedImage::kLeastPayload;
  const bool runs_in_fpga = sort == CardImageSort::kStaticRegion || sort == CardImageSort::kFactory;
  const std::uint32_t most = runs_in_fpga ? 15 : 255;
  if (std::max({version.major, version.minor, version.build}) > most) {
    return Fail(ErrorCode::kInvalidArgument, "version {} is over {}.{}.{}", version.ToString(),
                most, most, most);
  }
  if (size_bytes < kLeast || size_bytes > std::numeric_limits<std::uint32_t>::max()) {
    return Fail(ErrorCode::kInvalidArgument, "a card image cannot have {} bytes; {} is the least",
                size_bytes, kLeast);
  }
  return {};
}

}  // namespace

Result<Bytes> MakeCardImage(const Version& version, CardImageSort sort, std::size_t size_bytes,
                            std::uint64_t seed, const CardSigner& signer) {
  REFLASH_TRY_VOID(CheckArguments(version, sort, size_bytes));
  Bytes payload(size_bytes - SignedImage::kHeaderBytes);
  const std::span view(payload);
  StoreBytes(view, 0, AsBytes(pacsign::kPayloadMagic));
  view[pacsign::kVersionAt] = static_cast<std::byte>(version.major);
  view[pacsign::kVersionAt + 1] = static_cast<std::byte>(version.minor);
  view[pacsign::kVersionAt + 2] = static_cast<std::byte>(version.build);
  StoreWord(view, pacsign::kPayloadLengthAt, payload.size());
  FillLikeFirmware(view.subspan(pacsign::kPayloadHeaderBytes), seed);
  Crc32 checksum;
  checksum.Add(view.subspan(pacsign::kPayloadHeaderBytes));
  StoreWord(view, pacsign::kPayloadCrcAt, checksum.value());
  return Sign(payload, sort, CardImageAction::kUpdate, signer);
}

Bytes MakeRootHashFile(CardImageSort sort, CardImageAction action, std::uint32_t root_key,
                       const CardSigner& signer) {
  Bytes payload = RootEntryHash(root_key, action);
  payload.resize(SignedImage::kLeastPayload);
  return Sign(payload, sort, action, signer);
}

Bytes MakeKeyCancellation(CardImageSort sort, std::uint32_t key, const CardSigner& signer) {
  Bytes payload(SignedImage::kLeastPayload);
  StoreWord(payload, 0, key);
  return Sign(payload, sort, CardImageAction::kCancelKey, signer);
}

Bytes RootEntryHash(std::uint32_t root_key, CardImageAction action) {
  const Bytes entry = RootEntry(root_key);
  return action == CardImageAction::kRootHash384 ? Sha384(entry) : Sha256(entry);
}

std::string MakeCardManifest(const Version& version, CardFamily family, ByteView image) {
  return ManifestText(version, image) +
         fmt::format("kind = \"fpga-card\"\nvendor = \"Intel\"\npart = \"{}\"\n",
                     FactsOf(family).part);
}

}  // namespace reflash::emu
