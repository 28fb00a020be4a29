// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/bytes.h"

namespace reflash::fuzz {

/// What libFuzzer made up, as a text.
inline std::string_view Text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The same, as bytes.
inline ByteView View(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const std::byte*>(data), size};
}

/// What must be true of everything that a parser accepts.
inline void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace reflash::fuzz
