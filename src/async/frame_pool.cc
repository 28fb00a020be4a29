// SPDX-License-Identifier: Apache-2.0
#include "async/frame_pool.h"

#include <array>
#include <new>
#include <utility>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define REFLASH_FRAMES_FROM_HEAP
#endif
#endif

namespace reflash {
namespace {

#ifdef REFLASH_FRAMES_FROM_HEAP
constexpr std::size_t kLargestPooled = 0;
#else
constexpr std::size_t kLargestPooled = 2048;
#endif
constexpr std::size_t kStep = 64;

struct FreeFrame {
  FreeFrame* next;
};

/// A frame may outlive the lists of its thread, in a Task that is a static object.
thread_local bool lists_ended = false;

/// The free frames of a thread, a list for each size.
class FreeFrames {
 public:
  FreeFrames() = default;
  FreeFrames(const FreeFrames&) = delete;
  FreeFrames& operator=(const FreeFrames&) = delete;
  ~FreeFrames() {
    lists_ended = true;
    for (FreeFrame*& list : lists_) {
      while (list != nullptr) ::operator delete(std::exchange(list, list->next));
    }
  }

  void* Take(std::size_t bytes) {
    FreeFrame*& list = lists_[ListOf(bytes)];
    if (list == nullptr) return ::operator new((ListOf(bytes) + 1) * kStep);
    return std::exchange(list, list->next);
  }

  void Give(void* frame, std::size_t bytes) {
    FreeFrame*& list = lists_[ListOf(bytes)];
    list = new (frame) FreeFrame{list};
  }

 private:
  static std::size_t ListOf(std::size_t bytes) { return (bytes - 1) / kStep; }

  std::array<FreeFrame*, kLargestPooled / kStep + 1> lists_{};
};

thread_local FreeFrames free_frames;

}  // namespace

void* FramePool::Allocate(std::size_t bytes) {
  const bool pooled = bytes <= kLargestPooled && !lists_ended;
  return pooled ? free_frames.Take(bytes) : ::operator new(bytes);
}

void FramePool::Release(void* frame, std::size_t bytes) noexcept {
  const bool pooled = bytes <= kLargestPooled && !lists_ended;
  if (pooled) {
    free_frames.Give(frame, bytes);
  } else {
    ::operator delete(frame);
  }
}

}  // namespace reflash
