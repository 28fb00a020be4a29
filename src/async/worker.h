// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "async/suspension.h"
#include "async/task.h"

namespace reflash {

namespace detail {
template <class T>
struct ValueOf {
  using type = T;
};
template <class T>
struct ValueOf<Result<T>> {
  using type = T;
};
}  // namespace detail

/// Runs blocking calls, one after the other, away from the scheduler's thread. Made by
/// Scheduler::StartWorker; outlives the Tasks that use it, and ends before the Scheduler does. A
/// call that has begun is finished, so it must end by itself. It returns its Error: an exception
/// that leaves it ends the program, as in a Task. Signals do not interrupt it.
class Worker {
 public:
  Worker() = default;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  virtual ~Worker() = default;

  /// Runs `call` on the worker and waits for what it returns: a T or a Result<T>.
  template <class Call>
  auto Run(Scheduler& scheduler, Call call)
      -> Task<typename detail::ValueOf<std::invoke_result_t<Call&>>::type> {
    std::optional<std::invoke_result_t<Call&>> returned;
    co_await Submission(scheduler, *this,
                        [&returned, &call]() noexcept { returned.emplace(call()); });
    if constexpr (std::is_same_v<std::invoke_result_t<Call&>, Result<void>>) {
      co_await *std::move(returned);
    } else {
      co_return *std::move(returned);
    }
  }

 private:
  class Submission : public Suspension {
   public:
    Submission(Scheduler& scheduler, Worker& worker, std::move_only_function<void()> call)
        : Suspension(scheduler), worker_(worker), call_(std::move(call)) {}

    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> coroutine) {
      Suspend(coroutine);
      worker_.DoSubmit(std::move(call_), *this);
    }

   private:
    Worker& worker_;
    std::move_only_function<void()> call_;
  };

  /// Runs `call`, then resumes `waiting` on the scheduler's thread.
  virtual void DoSubmit(std::move_only_function<void()> call, Suspension& waiting) = 0;
};

}  // namespace reflash
