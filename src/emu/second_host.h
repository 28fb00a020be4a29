// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "async/scheduler.h"

namespace reflash::emu {

/// When another host comes by: once in each period, the first time one period after `begin`. A
/// period of zero is no other host.
class SecondHost {
 public:
  SecondHost(Duration period, TimePoint begin) : period_(period), next_(begin + period) {}

  /// Whether it came by since it was asked last, up to and including `now`. What it does twice is
  /// the same as what it does once, so that it is not told how often.
  bool CameUntil(TimePoint now) {
    if (period_ <= Duration::zero() || now < next_) return false;
    next_ += ((now - next_) / period_ + 1) * period_;
    return true;
  }

 private:
  Duration period_;
  TimePoint next_;
};

}  // namespace reflash::emu
