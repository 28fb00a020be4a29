// SPDX-License-Identifier: Apache-2.0
#include "emu/card/sha384.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace reflash::emu {
namespace {

/// SHA-384 is SHA-512 that begins elsewhere and is cut off (FIPS 180-4, 5.3.4 and 6.5).
constexpr std::array<std::uint64_t, 8> kInitialState = {
    0xCBBB9D5DC1059ED8U, 0x629A292A367CD507U, 0x9159015A3070DD17U, 0x152FECD8F70E5939U,
    0x67332667FFC00B31U, 0x8EB44A8768581511U, 0xDB0C2E0D64F98FA7U, 0x47B5481DBEFA4FA4U};
constexpr std::size_t kDigestBytes = 48;

const unsigned char* Data(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Bytes Sha384(ByteView bytes) {
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  std::ranges::copy(kInitialState, std::begin(state.state));
  crypto_hash_sha512_update(&state, Data(bytes), bytes.size());
  Bytes digest(crypto_hash_sha512_BYTES);
  crypto_hash_sha512_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  digest.resize(kDigestBytes);
  return digest;
}

Bytes Sha256(ByteView bytes) {
  Bytes digest(crypto_hash_sha256_BYTES);
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()), Data(bytes), bytes.size());
  return digest;
}

}  // namespace reflash::emu
