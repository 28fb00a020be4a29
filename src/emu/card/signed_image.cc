// SPDX-License-Identifier: Apache-2.0
#include "emu/card/signed_image.h"

#include <algorithm>

#include "emu/card/pacsign_layout.h"
#include "emu/card/sha384.h"
#include "emu/crc32.h"

namespace reflash::emu {
namespace {

std::uint32_t WordAt(ByteView bytes, std::size_t offset) {
  return LoadLittleEndian<std::uint32_t>(bytes.subspan(offset));
}

/// Whether an entry of block 1 begins at `offset`.
struct Magic {
  std::size_t offset;
  std::uint32_t value;
};

bool Holds(ByteView file, const Magic& magic) { return WordAt(file, magic.offset) == magic.value; }

bool HasEntries(ByteView file, bool cancels) {
  const bool begins = Holds(file, {0, pacsign::kBlock0Magic}) &&
                      Holds(file, {pacsign::kBlock1At, pacsign::kBlock1Magic}) &&
                      Holds(file, {pacsign::kRootEntryAt, pacsign::kRootEntryMagic});
  if (cancels) return begins && Holds(file, {pacsign::kSigningEntryAt, pacsign::kBlock0EntryMagic});
  return begins && Holds(file, {pacsign::kSigningEntryAt, pacsign::kSigningEntryMagic}) &&
         Holds(file, {pacsign::kBlock0EntryAt, pacsign::kBlock0EntryMagic});
}

/// Whether a payload of `length` bytes is all that was staged, but for what fills up a word.
bool IsAll(std::size_t length, ByteView staged) {
  const std::size_t whole = SignedImage::kHeaderBytes + length;
  return length >= SignedImage::kLeastPayload && whole <= staged.size() &&
         staged.size() - whole < sizeof(std::uint32_t);
}

bool HasDigests(ByteView file, ByteView payload) {
  const Bytes sha256 = Sha256(payload);
  const Bytes sha384 = Sha384(payload);
  return std::ranges::equal(sha256, file.subspan(pacsign::kSha256At, sha256.size())) &&
         std::ranges::equal(sha384, file.subspan(pacsign::kSha384At, sha384.size()));
}

}  // namespace

std::expected<SignedImage, Disbelief> SignedImage::Read(ByteView staged) {
  if (staged.size() < kHeaderBytes + kLeastPayload) return std::unexpected(Disbelief::kStructure);
  const std::uint32_t word = WordAt(staged, pacsign::kSortAt);
  const std::uint32_t sort = word & 0xFFU;
  const std::uint32_t action = word >> 8U & 0xFFU;
  const bool known = sort <= static_cast<std::uint32_t>(CardImageSort::kDeviceManager) &&
                     action <= static_cast<std::uint32_t>(CardImageAction::kRootHash384);
  const auto does = static_cast<CardImageAction>(action);
  const bool cancels = does == CardImageAction::kCancelKey;
  const std::size_t length = WordAt(staged, pacsign::kLengthAt);
  if (!known || !HasEntries(staged, cancels) || !IsAll(length, staged)) {
    return std::unexpected(Disbelief::kStructure);
  }
  SignedImage image{.sort = static_cast<CardImageSort>(sort),
                    .action = does,
                    .file = staged.first(kHeaderBytes + length),
                    .root_entry = staged.subspan(pacsign::kRootEntryAt, kRootEntryBytes),
                    .signing_key = std::nullopt,
                    .payload = staged.subspan(kHeaderBytes, length)};
  if (!cancels)
    image.signing_key = WordAt(staged, pacsign::kSigningEntryAt + pacsign::kKeyNumberAt);
  if (!HasDigests(image.file, image.payload)) return std::unexpected(Disbelief::kDigest);
  return image;
}

std::expected<Version, Disbelief> SignedImage::ReadVersion() const {
  Crc32 checksum;
  checksum.Add(payload.subspan(pacsign::kPayloadHeaderBytes));
  const bool whole = std::ranges::equal(payload.first(pacsign::kPayloadMagic.size()),
                                        AsBytes(pacsign::kPayloadMagic)) &&
                     WordAt(payload, pacsign::kPayloadLengthAt) == payload.size() &&
                     WordAt(payload, pacsign::kPayloadCrcAt) == checksum.value();
  if (!whole) return std::unexpected(Disbelief::kPayload);
  const auto number = [&](std::size_t index) {
    return std::to_integer<std::uint32_t>(payload[pacsign::kVersionAt + index]);
  };
  return Version{.major = number(0), .minor = number(1), .build = number(2)};
}

}  // namespace reflash::emu
