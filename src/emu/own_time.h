// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "async/scheduler.h"

namespace reflash::emu {

/// How long a device takes for what lasts `duration`, when its time passes `time_scale` times as
/// fast.
[[nodiscard]] inline Duration OwnTime(Duration duration, double time_scale) {
  return time_scale == 1.0 ? duration
                           : Duration(static_cast<Duration::rep>(
                                 static_cast<double>(duration.count()) / time_scale));
}

}  // namespace reflash::emu
