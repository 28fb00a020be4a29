// SPDX-License-Identifier: Apache-2.0
#include "emu/card/key_store.h"

#include <algorithm>

#include "emu/card/sha384.h"

namespace reflash::emu {
namespace {

// Where the host finds them, from the beginning of their 4096 bytes.
constexpr std::size_t kHashAt = 4;
constexpr std::size_t kCanceledAt = 0x34;
constexpr std::size_t kCanceledBytes = 16;
constexpr std::array<std::uint32_t, 3> kMagics = {0x5746, 0x5253, 0x5250};  // in order of KeyArea

constexpr std::size_t kSha256Bytes = 32;
constexpr std::size_t kSha384Bytes = 48;

std::uint32_t CanceledKey(const SignedImage& image) {
  return LoadLittleEndian<std::uint32_t>(image.payload);
}

}  // namespace

KeyStore::KeyStore(const CardSettings& settings) {
  for (std::size_t area = 0; area < keys_.size(); ++area) {
    keys_.at(area).root_hash = settings.keys.at(area).root_hash;
    for (const std::uint8_t key : settings.keys.at(area).canceled) keys_.at(area).canceled.set(key);
  }
}

KeyArea KeyStore::AreaOf(CardImageSort sort) {
  switch (sort) {
    case CardImageSort::kController:
    case CardImageSort::kPxe:
    case CardImageSort::kThermalLow:
    case CardImageSort::kThermalHigh:
      return KeyArea::kController;
    case CardImageSort::kPartialRegion:
      return KeyArea::kPartialRegion;
    default:
      return KeyArea::kStaticRegion;
  }
}

Disbelief KeyStore::Check(const SignedImage& image) const {
  const Keys& known = keys(AreaOf(image.sort));
  const bool programs_hash = image.action == CardImageAction::kRootHash256 ||
                             image.action == CardImageAction::kRootHash384;
  if (programs_hash && !known.root_hash.empty()) return Disbelief::kNotAgain;
  if (!known.root_hash.empty()) {
    const bool long_hash = known.root_hash.size() == kSha384Bytes;
    const Bytes hash = long_hash ? Sha384(image.root_entry) : Sha256(image.root_entry);
    if (hash != known.root_hash) return Disbelief::kRootKey;
  }
  if (image.action == CardImageAction::kCancelKey) {
    return CanceledKey(image) < kKeys ? Disbelief::kNone : Disbelief::kStructure;
  }
  if (!image.signing_key || *image.signing_key >= kKeys) return Disbelief::kStructure;
  return known.canceled[*image.signing_key] ? Disbelief::kCanceledKey : Disbelief::kNone;
}

void KeyStore::Program(const SignedImage& image) {
  Keys& changed = keys_[static_cast<std::size_t>(AreaOf(image.sort))];
  if (image.action == CardImageAction::kCancelKey) {
    changed.canceled.set(CanceledKey(image));
    return;
  }
  const bool long_hash = image.action == CardImageAction::kRootHash384;
  const ByteView hash = image.payload.first(long_hash ? kSha384Bytes : kSha256Bytes);
  changed.root_hash.assign(hash.begin(), hash.end());
}

std::uint32_t KeyStore::Word(KeyArea area, std::size_t offset) const {
  const Keys& shown = keys(area);
  const Bytes& hash = shown.root_hash;
  if (offset == 0 && !hash.empty()) {
    return static_cast<std::uint32_t>(hash.size() << 16U) |
           kMagics.at(static_cast<std::size_t>(area));
  }
  if (offset >= kHashAt && offset < kHashAt + hash.size()) {
    return LoadLittleEndian<std::uint32_t>(ByteView(hash).subspan(offset - kHashAt));
  }
  if (offset < kCanceledAt || offset >= kCanceledAt + kCanceledBytes) return 0xFFFFFFFFU;
  std::uint32_t word = 0xFFFFFFFFU;
  for (std::size_t bit = 0; bit < 32; ++bit) {
    if (shown.canceled[((offset - kCanceledAt) * 8) + bit]) word &= ~(1U << bit);
  }
  return word;
}

}  // namespace reflash::emu
