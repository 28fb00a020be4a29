// SPDX-License-Identifier: Apache-2.0
#include "ledger/file_name.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>

namespace reflash {
namespace {

/// File systems allow 255; a temporary name needs some more around it.
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kKeptOfLongName = 160;

/// The files hold the address as JSON, which has no other characters.
bool IsUtf8(const std::string& text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

/// Not std::isalnum, which asks the locale.
bool IsPlain(char character) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return kPlain.contains(character);
}

std::string PercentEncoded(std::string_view text) {
  std::string name;
  for (const char character : text) {
    const bool hides_file = name.empty() && character == '.';
    if (IsPlain(character) && !hides_file) {
      name += character;
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned char>(character));
    }
  }
  return name;
}

/// FNV-1a, the same in every build of reflash.
std::uint64_t Hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char character : text) {
    hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3U;
  }
  return hash;
}

}  // namespace

Result<std::string> FileNameFor(const std::string& hardware_address) {
  if (hardware_address.empty() || !IsUtf8(hardware_address)) {
    return Fail(ErrorCode::kInvalidArgument, "a hardware address that is empty or not UTF-8");
  }
  std::string name = PercentEncoded(hardware_address);
  if (name.size() <= kLongestName) return name;
  return fmt::format("{}%-{:016x}", name.substr(0, kKeptOfLongName), Hash(hardware_address));
}

}  // namespace reflash
