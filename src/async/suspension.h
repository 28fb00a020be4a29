// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>

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

  void Resume() { scheduler_->Post(coroutine_); }
  void Fail(Error error) { scheduler_->Post(promise_->EndWith(std::move(error))); }

  static bool await_ready() noexcept { return false; }
  void await_resume() noexcept {}

 protected:
  template <class Promise>
  void Suspend(std::coroutine_handle<Promise> coroutine) {
    coroutine_ = coroutine;
    promise_ = &coroutine.promise();
  }

  [[nodiscard]] Scheduler& scheduler() const { return *scheduler_; }

 private:
  Scheduler* scheduler_;
  std::coroutine_handle<> coroutine_;
  detail::TaskPromise* promise_ = nullptr;
};

}  // namespace reflash
