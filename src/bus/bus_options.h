// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

#include "base/error.h"
#include "bus/i2c_port.h"

namespace reflash {

/// What the configuration says about a device's way to its bus.
struct BusOptions {
  /// `max_write`: the longest message that the adapter takes, where it cannot be asked, in bytes
  /// with the offset, 2 to 8192. Messages that read are held to it too, since an adapter's buffer
  /// serves both ways.
  std::optional<std::size_t> max_write_bytes;

  /// `most`, reduced to what these options allow.
  /// Errors: kInvalidArgument when max_write_bytes is out of its range.
  [[nodiscard]] Result<I2cLimits> Limit(I2cLimits most) const;
};

}  // namespace reflash
