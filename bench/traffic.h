// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "async/scheduler.h"

namespace reflash::bench {

/// What a host said to one module, as it was seen on the wire. It only grows.
struct Traffic {
  std::uint64_t image_bytes = 0;  ///< that went to the module in blocks
  std::uint64_t blocks = 0;
  Duration writes{0};  ///< bus time of acknowledged writes
  Duration busy{0};    ///< what the module takes for the commands that it was given

  friend Traffic operator-(const Traffic& a, const Traffic& b) {
    return {.image_bytes = a.image_bytes - b.image_bytes,
            .blocks = a.blocks - b.blocks,
            .writes = a.writes - b.writes,
            .busy = a.busy - b.busy};
  }
};

}  // namespace reflash::bench
