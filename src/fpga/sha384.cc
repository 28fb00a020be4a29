// SPDX-License-Identifier: Apache-2.0
#include "fpga/sha384.h"

#include <algorithm>
#include <bit>

namespace reflash::fpga {
namespace {

constexpr std::size_t kBlockBytes = 128;
constexpr std::size_t kLengthBytes = 16;  ///< of the message, in bits, at the end of the last block

// FIPS 180-4, 4.2.3: the first 64 bits of the fractions of the cube roots of 80 primes.
constexpr std::array<std::uint64_t, 80> kRoundConstants{
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

// FIPS 180-4, 5.3.4: what tells SHA-384 from SHA-512, beside its length.
constexpr std::array<std::uint64_t, 8> kInitial{
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};

using State = std::array<std::uint64_t, 8>;

std::uint64_t Choose(std::uint64_t x, std::uint64_t y, std::uint64_t z) {
  return (x & y) ^ (~x & z);
}
std::uint64_t Majority(std::uint64_t x, std::uint64_t y, std::uint64_t z) {
  return (x & y) ^ (x & z) ^ (y & z);
}
std::uint64_t LargeSigma0(std::uint64_t x) {
  return std::rotr(x, 28) ^ std::rotr(x, 34) ^ std::rotr(x, 39);
}
std::uint64_t LargeSigma1(std::uint64_t x) {
  return std::rotr(x, 14) ^ std::rotr(x, 18) ^ std::rotr(x, 41);
}
std::uint64_t SmallSigma0(std::uint64_t x) { return std::rotr(x, 1) ^ std::rotr(x, 8) ^ (x >> 7U); }
std::uint64_t SmallSigma1(std::uint64_t x) {
  return std::rotr(x, 19) ^ std::rotr(x, 61) ^ (x >> 6U);
}

std::array<std::uint64_t, 80> Schedule(ByteView block) {
  std::array<std::uint64_t, 80> words{};
  for (std::size_t t = 0; t < 16; ++t) {
    words[t] = LoadBigEndian<std::uint64_t>(block.subspan(t * 8));
  }
  for (std::size_t t = 16; t < words.size(); ++t) {
    words[t] =
        SmallSigma1(words[t - 2]) + words[t - 7] + SmallSigma0(words[t - 15]) + words[t - 16];
  }
  return words;
}

void Compress(State& state, ByteView block) {
  const std::array<std::uint64_t, 80> words = Schedule(block);
  auto [a, b, c, d, e, f, g, h] = state;
  for (std::size_t t = 0; t < words.size(); ++t) {
    const std::uint64_t first =
        h + LargeSigma1(e) + Choose(e, f, g) + kRoundConstants[t] + words[t];
    const std::uint64_t second = LargeSigma0(a) + Majority(a, b, c);
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  const State added{a, b, c, d, e, f, g, h};
  for (std::size_t index = 0; index < state.size(); ++index) state[index] += added[index];
}

/// What is left of a message behind its whole blocks, filled up to one or two blocks.
Bytes LastBlocks(ByteView rest, std::uint64_t message_bytes) {
  Bytes last(rest.begin(), rest.end());
  last.push_back(std::byte{0x80});
  const std::size_t blocks = (last.size() + kLengthBytes + kBlockBytes - 1) / kBlockBytes;
  last.resize(blocks * kBlockBytes);
  StoreBigEndian<std::uint64_t>(std::span(last).last(8), message_bytes * 8);
  return last;
}

}  // namespace

Sha384 ComputeSha384(ByteView message) {
  State state = kInitial;
  const std::size_t whole = message.size() / kBlockBytes * kBlockBytes;
  for (std::size_t at = 0; at < whole; at += kBlockBytes) {
    Compress(state, message.subspan(at, kBlockBytes));
  }
  const Bytes last = LastBlocks(message.subspan(whole), message.size());
  for (std::size_t at = 0; at < last.size(); at += kBlockBytes) {
    Compress(state, ByteView(last).subspan(at, kBlockBytes));
  }
  Sha384 digest{};
  for (std::size_t word = 0; word < digest.size() / 8; ++word) {
    StoreBigEndian(std::span(digest).subspan(word * 8), state[word]);
  }
  return digest;
}

}  // namespace reflash::fpga
