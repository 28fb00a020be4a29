// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <malloc.h>

#include <ctime>

namespace reflash::bench {

/// Bytes of the heap that are in use, with what malloc needs for itself.
inline double HeapBytes() {
  const struct mallinfo2 info = ::mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

/// Processor time of this process so far.
inline double CpuSeconds() {
  std::timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace reflash::bench
