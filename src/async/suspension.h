// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <coroutine>
#include <utility>

#include "async/scheduler.h"
#include "async/task.h"

namespace reflash {

/// A place where a Task waits for something that is not a Task: a timer, a lock, a descriptor.
/// Base of the awaiters in this room. Exactly one of Resume and Fail is called, once, on the
/// thread of the scheduler; the Task then continues, or ends with the Error, from the run queue.
class Suspension {
 public:
  using IsSuspension = void;

  explicit Suspension(Scheduler& scheduler) : scheduler_(&scheduler) {}
  Suspension(const Suspension&) = delete;
  Suspension& operator=(const Suspension&) = delete;

  void Resume() {
    assert(promise_ != nullptr && "resumed twice, or before it waited");
    promise_ = nullptr;
    scheduler_->Post(coroutine_);
  }
  void Fail(Error error) {
    assert(promise_ != nullptr && "resumed twice, or before it waited");
    scheduler_->Post(std::exchange(promise_, nullptr)->EndWith(std::move(error)));
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_resume() noexcept {}

 protected:
  template <class Promise>
  void Suspend(std::coroutine_handle<Promise> coroutine) {
    coroutine_ = coroutine;
    promise_ = &coroutine.promise();
  }

  ~Suspension() = default;

  [[nodiscard]] Scheduler& scheduler() const { return *scheduler_; }

 private:
  Scheduler* scheduler_;
  std::coroutine_handle<> coroutine_;
  detail::TaskPromise* promise_ = nullptr;
};

}  // namespace reflash
