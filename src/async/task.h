// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "async/frame_pool.h"
#include "base/error.h"

namespace reflash {

template <class T = void>
class Task;

/// What `Outcome(task)` makes: awaiting it gives the Result instead of ending the awaiting Task.
template <class T>
struct [[nodiscard]] OutcomeOf {
  Task<T> task;
};

namespace detail {

/// The part of a Task that does not depend on its type: who waits for it, and its Error.
class TaskPromise {
 public:
  /// What to do with the Task that awaits this one when this one ends in an Error.
  enum class OnError : bool { kResumeAwaiting, kEndAwaiting };

  static void* operator new(std::size_t bytes) { return FramePool::Allocate(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept {
    FramePool::Release(frame, bytes);
  }

  std::suspend_always initial_suspend() noexcept { return {}; }
  auto final_suspend() noexcept { return FinalSuspend{}; }
  /// Exceptions do not cross a room; one that arrives here is a programming error.
  void unhandled_exception() noexcept { std::terminate(); }

  template <class U>
  auto await_transform(Task<U>&& task);
  template <class U>
  auto await_transform(OutcomeOf<U>&& outcome);
  template <class U>
  auto await_transform(Result<U> result);
  auto await_transform(std::unexpected<Error> failure);
  template <class Leaf>
    requires requires { typename std::remove_cvref_t<Leaf>::IsSuspension; }
  Leaf&& await_transform(Leaf&& leaf) {
    return std::forward<Leaf>(leaf);
  }

  void Begin(std::coroutine_handle<> awaiting, TaskPromise& awaiting_promise, OnError on_error) {
    assert(!started_ && "a Task was awaited twice");
    started_ = true;
    awaiting_ = awaiting;
    awaiting_promise_ = &awaiting_promise;
    on_error_ = on_error;
  }

  /// Ends this Task, suspended where it is, with `error`. Returns the coroutine that continues:
  /// the nearest one above that asked for an Outcome.
  std::coroutine_handle<> EndWith(Error error) {
    error_ = std::move(error);
    return Ended();
  }

  [[nodiscard]] bool suspended_midway() const { return started_ && !ended_; }
  [[nodiscard]] std::optional<Error>& error() { return error_; }

 protected:
  void set_error(Error error) { error_ = std::move(error); }

 private:
  struct FinalSuspend {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      return ended.promise().Ended();
    }
    void await_resume() noexcept {}
  };

  std::coroutine_handle<> Ended() {
    TaskPromise* promise = this;
    promise->ended_ = true;
    while (promise->error_.has_value() && promise->on_error_ == OnError::kEndAwaiting) {
      TaskPromise* const above = promise->awaiting_promise_;
      above->error_ = std::move(promise->error_);
      above->ended_ = true;
      promise = above;
    }
    return promise->awaiting_ ? promise->awaiting_ : std::noop_coroutine();
  }

  std::coroutine_handle<> awaiting_;
  TaskPromise* awaiting_promise_ = nullptr;
  OnError on_error_ = OnError::kResumeAwaiting;
  bool started_ = false;
  bool ended_ = false;
  std::optional<Error> error_;
};

template <class T>
class ValuePromise : public TaskPromise {
 public:
  Task<T> get_return_object();

  void return_value(Result<T> result) {
    if (result) {
      value_.emplace(*std::move(result));
    } else {
      set_error(std::move(result).error());
    }
  }

  T TakeValue() { return std::move(*value_); }

  Result<T> TakeResult() {
    if (error()) return std::unexpected(std::move(*error()));
    return TakeValue();
  }

 private:
  std::optional<T> value_;
};

class VoidPromise : public TaskPromise {
 public:
  Task<void> get_return_object();
  void return_void() {}
  void TakeValue() {}
  Result<void> TakeResult() {
    if (error()) return std::unexpected(std::move(*error()));
    return {};
  }
};

}  // namespace detail

/// A coroutine that ends in a T or an Error; it starts when it is awaited.
///
/// Inside a Task, `T value = co_await task` takes the value, or ends the awaiting Task with that
/// Error: what stands behind the `co_await` does not run, and the locals of the Task are destroyed
/// when its owner lets go of it. `Result<T> result = co_await Outcome(task)` looks at the Error
/// instead. A Result can be awaited in the same way, and `co_await Fail(...)` ends the Task.
///
/// Owned by whoever awaits it. A Task that was begun and has not ended is never destroyed: ask it
/// to stop through its std::stop_token and wait for it. Tasks of one Scheduler run on its thread.
/// A parameter of a Task is a value or outlives it, which a temporary in the full expression that
/// awaits the Task does.
template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type =
      std::conditional_t<std::is_void_v<T>, detail::VoidPromise, detail::ValuePromise<T>>;

  explicit Task(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
  Task(Task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (!coroutine_) return;
    assert(!coroutine_.promise().suspended_midway() && "a Task was destroyed while it ran");
    coroutine_.destroy();
  }

 private:
  friend class detail::TaskPromise;

  template <detail::TaskPromise::OnError kOnError>
  struct Awaiter {
    std::coroutine_handle<promise_type> awaited;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> awaiting) noexcept {
      awaited.promise().Begin(awaiting, awaiting.promise(), kOnError);
      return awaited;
    }
    auto await_resume() {
      if constexpr (kOnError == detail::TaskPromise::OnError::kEndAwaiting) {
        return awaited.promise().TakeValue();
      } else {
        return awaited.promise().TakeResult();
      }
    }
  };

  std::coroutine_handle<promise_type> coroutine_;
};

/// Makes `co_await` give the Result of a Task, where the awaiting Task wants to see an Error.
template <class T>
OutcomeOf<T> Outcome(Task<T> task) {
  return {std::move(task)};
}

namespace detail {

template <class T>
Task<T> ValuePromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<ValuePromise<T>>::from_promise(*this));
}

inline Task<void> VoidPromise::get_return_object() {
  return Task<void>(std::coroutine_handle<VoidPromise>::from_promise(*this));
}

/// Awaits a Result that is already there.
template <class U>
struct ResultAwaiter {
  Result<U> result;

  [[nodiscard]] bool await_ready() const noexcept { return result.has_value(); }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> awaiting) {
    return awaiting.promise().EndWith(std::move(result).error());
  }
  U await_resume() {
    if constexpr (!std::is_void_v<U>) return *std::move(result);
  }
};

template <class U>
auto TaskPromise::await_transform(Task<U>&& task) {
  return typename Task<U>::template Awaiter<OnError::kEndAwaiting>{task.coroutine_};
}

template <class U>
auto TaskPromise::await_transform(OutcomeOf<U>&& outcome) {
  return typename Task<U>::template Awaiter<OnError::kResumeAwaiting>{outcome.task.coroutine_};
}

template <class U>
auto TaskPromise::await_transform(Result<U> result) {
  return ResultAwaiter<U>{std::move(result)};
}

inline auto TaskPromise::await_transform(std::unexpected<Error> failure) {
  return ResultAwaiter<void>{Result<void>(std::move(failure))};
}

}  // namespace detail
}  // namespace reflash
