// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace reflash {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

/// Bytes from integers, for tables and tests: `MakeBytes({0x00, 0x01})`.
Bytes MakeBytes(std::initializer_list<unsigned> values);

/// The bytes of a text, as they are.
ByteView AsBytes(std::string_view text);

/// The big-endian number in the first sizeof(T) bytes of `bytes`, which must have that many.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T LoadBigEndian(ByteView bytes) {
  assert(bytes.size() >= sizeof(T));
  T value = 0;
  for (std::size_t index = 0; index < sizeof(T); ++index) {
    value = static_cast<T>((value << 8U) | std::to_integer<T>(bytes[index]));
  }
  return value;
}

/// The little-endian number in the first sizeof(T) bytes of `bytes`, which must have that many.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T LoadLittleEndian(ByteView bytes) {
  assert(bytes.size() >= sizeof(T));
  T value = 0;
  for (std::size_t index = sizeof(T); index-- > 0;) {
    value = static_cast<T>((value << 8U) | std::to_integer<T>(bytes[index]));
  }
  return value;
}

/// Puts `value` into the first sizeof(T) bytes of `bytes`, the highest byte first.
template <std::unsigned_integral T>
constexpr void StoreBigEndian(std::span<std::byte> bytes, T value) {
  assert(bytes.size() >= sizeof(T));
  for (std::size_t index = 0; index < sizeof(T); ++index) {
    const std::size_t shift = 8 * (sizeof(T) - 1 - index);
    bytes[index] = static_cast<std::byte>((value >> shift) & 0xFFU);
  }
}

/// The same, the lowest byte first.
template <std::unsigned_integral T>
constexpr void StoreLittleEndian(std::span<std::byte> bytes, T value) {
  assert(bytes.size() >= sizeof(T));
  for (std::size_t index = 0; index < sizeof(T); ++index) {
    bytes[index] = static_cast<std::byte>((value >> (8 * index)) & 0xFFU);
  }
}

/// Appends `value` to `bytes`, the highest byte first.
template <std::unsigned_integral T>
void AppendBigEndian(Bytes& bytes, T value) {
  bytes.resize(bytes.size() + sizeof(T));
  StoreBigEndian<T>(std::span(bytes).last(sizeof(T)), value);
}

inline void Append(Bytes& bytes, ByteView more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

/// Lower-case hexadecimal digits, two a byte, no separators.
std::string ToHex(ByteView bytes);

/// The bytes of hexadecimal digits in either case.
/// Errors: kInvalidArgument for an odd number of digits or anything that is not a digit.
Result<Bytes> FromHex(std::string_view digits);

/// A fixed-width text field of a device, up to its first zero and without the spaces at its end.
/// Bytes that are not printable ASCII become '?', since device data ends up on terminals.
std::string PrintableText(ByteView field);

}  // namespace reflash
