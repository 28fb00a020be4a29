// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

#include <charconv>
#include <system_error>

namespace reflash {

Bytes MakeBytes(std::initializer_list<unsigned> values) {
  Bytes bytes;
  bytes.reserve(values.size());
  for (const unsigned value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

ByteView AsBytes(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string ToHex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<unsigned>(byte) >> 4U];
    text += kDigits[std::to_integer<unsigned>(byte) & 0xFU];
  }
  return text;
}

Result<Bytes> FromHex(std::string_view digits) {
  if (digits.size() % 2 != 0) {
    return Fail(ErrorCode::kInvalidArgument, "{} hexadecimal digits do not make whole bytes",
                digits.size());
  }
  Bytes bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t index = 0; index < digits.size(); index += 2) {
    unsigned value = 0;
    const char* const begin = digits.data() + index;
    const auto [end, error] = std::from_chars(begin, begin + 2, value, 16);
    if (error != std::errc() || end != begin + 2) {
      return Fail(ErrorCode::kInvalidArgument, "not a hexadecimal byte at digit {}", index + 1);
    }
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

std::string PrintableText(ByteView field) {
  std::string text;
  for (const std::byte byte : field) {
    const auto value = std::to_integer<unsigned char>(byte);
    const bool printable = value >= 0x20 && value < 0x7F;
    text += printable || value == 0 ? static_cast<char>(value) : '?';
  }
  const std::size_t first_zero = text.find('\0');
  if (first_zero != std::string::npos) text.resize(first_zero);
  const std::size_t last = text.find_last_not_of(' ');
  text.resize(last == std::string::npos ? 0 : last + 1);
  return text;
}

}  // namespace reflash
