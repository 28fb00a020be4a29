// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace reflash {

/// A firmware version, written `major.minor.build`.
struct Version {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t build = 0;

  /// Reads `major.minor` or `major.minor.build`; a missing build is 0.
  /// Errors: kInvalidArgument for anything else, with the text in the sentence.
  static Result<Version> Parse(std::string_view text);

  [[nodiscard]] std::string ToString() const;

  auto operator<=>(const Version&) const = default;
};

}  // namespace reflash
