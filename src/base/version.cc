// SPDX-License-Identifier: Apache-2.0
#include "base/version.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace reflash {

Result<Version> Version::Parse(std::string_view text) {
  std::array<std::uint32_t, 3> numbers{};
  std::size_t count = 0;
  const char* position = text.data();
  const char* const end = text.data() + text.size();
  while (count < numbers.size()) {
    const auto [next, error] = std::from_chars(position, end, numbers.at(count));
    if (error != std::errc()) break;
    ++count;
    position = next;
    if (position == end || *position != '.') break;
    ++position;
  }
  const bool complete = position == end && count >= 2 && text.back() != '.';
  if (!complete) {
    return Fail(ErrorCode::kInvalidArgument, "'{}' is not a version (major.minor.build)", text);
  }
  return Version{numbers[0], numbers[1], numbers[2]};
}

std::string Version::ToString() const { return fmt::format("{}.{}.{}", major, minor, build); }

}  // namespace reflash
