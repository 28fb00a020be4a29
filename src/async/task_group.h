// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <cstddef>
#include <optional>

#include "async/waiting_line.h"

namespace reflash {

/// Tasks that run side by side and are waited for together. Lives longer than they do: `Wait` is
/// awaited before its end. The first Error of a Task is what Wait ends with; the other Tasks are
/// not stopped by it (give them a stop token of your own to stop).
class TaskGroup {
 public:
  explicit TaskGroup(Scheduler& scheduler) : scheduler_(scheduler), ended_(scheduler) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() { assert(running_ == 0 && "a TaskGroup ended before its Tasks"); }

  void Spawn(Task<void> task) {
    ++running_;
    scheduler_.Spawn(RunMember(std::move(task)));
  }

  /// Waits until all have ended. Errors: the first Error of a Task of the group.
  Task<void> Wait() {
    while (running_ > 0) co_await ended_.Wait();
    if (first_error_) co_await Fail(*std::exchange(first_error_, std::nullopt));
  }

  [[nodiscard]] std::size_t running() const { return running_; }

 private:
  Task<void> RunMember(Task<void> task) {
    const Result<void> result = co_await Outcome(std::move(task));
    if (!result && !first_error_) first_error_ = result.error();
    if (--running_ == 0) ended_.WakeAll();
  }

  Scheduler& scheduler_;
  WaitingLine ended_;
  std::size_t running_ = 0;
  std::optional<Error> first_error_;
};

}  // namespace reflash
