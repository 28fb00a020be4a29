// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace reflash::bench {

/// What a figure should reach.
struct Target {
  enum class Kind : bool { kAtLeast, kAtMost };
  Kind kind;
  double limit;

  [[nodiscard]] bool MetBy(double value) const {
    return kind == Kind::kAtLeast ? value >= limit : value <= limit;
  }
};

inline Target AtLeast(double limit) { return {Target::Kind::kAtLeast, limit}; }
inline Target AtMost(double limit) { return {Target::Kind::kAtMost, limit}; }

/// One measured number. Without a target it only explains another one.
struct Figure {
  std::string bench;  ///< such as "cmis/epl-2048/busy-0"
  double value = 0;
  std::string unit;
  std::optional<Target> target;

  [[nodiscard]] bool ok() const { return !target || target->MetBy(value); }
};

}  // namespace reflash::bench
