// SPDX-License-Identifier: Apache-2.0
#include "bus/bus_options.h"

#include <algorithm>

namespace reflash {
namespace {

constexpr std::size_t kSmallest = 2;  // an offset and a byte of data
constexpr std::size_t kLargest = 8192;

}  // namespace

Result<I2cLimits> BusOptions::Limit(I2cLimits most) const {
  if (!max_write_bytes) return most;
  if (*max_write_bytes < kSmallest || *max_write_bytes > kLargest) {
    return Fail(ErrorCode::kInvalidArgument, "max_write is {}; it can be {} to {} bytes",
                *max_write_bytes, kSmallest, kLargest);
  }
  return I2cLimits{.max_write_bytes = std::min(most.max_write_bytes, *max_write_bytes),
                   .max_read_bytes = std::min(most.max_read_bytes, *max_write_bytes)};
}

}  // namespace reflash
