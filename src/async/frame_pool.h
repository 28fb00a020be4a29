// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace reflash {

/// Memory for the frames of Tasks. A frame that ends is given to the next one of its size on the
/// same thread, while it is still in the cache of the CPU: with thousands of Tasks that is twice as
/// fast as the heap, whose own caches hold only a few pieces of each size. Under a sanitizer all
/// comes from the heap, so that a frame that is used after its end is found.
class FramePool {
 public:
  static void* Allocate(std::size_t bytes);
  /// `bytes` as it was asked for.
  static void Release(void* frame, std::size_t bytes) noexcept;
};

}  // namespace reflash
