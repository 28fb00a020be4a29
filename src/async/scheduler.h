// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "async/task.h"

namespace reflash {

class Worker;

using Duration = std::chrono::nanoseconds;

/// The clock of a Scheduler. It has no `now()`: only a Scheduler knows what time it is.
struct SchedulerClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SchedulerClock>;
  static constexpr bool is_steady = true;
};
using TimePoint = SchedulerClock::time_point;

/// Seconds as a number, for sentences and JSON.
[[nodiscard]] inline double ToSeconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

/// Runs Tasks on one thread and tells the time. Nothing else in reflash calls a clock or sleeps.
///
/// Tasks that are ready run in the order in which they became ready; timers that are due at one
/// moment fire in the order in which they were set. How time passes is the business of the two
/// kinds: SimulatedScheduler jumps to the next timer, RealScheduler waits for it.
class Scheduler {
 public:
  using TimerKey = std::pair<TimePoint, std::uint64_t>;

  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  virtual ~Scheduler();

  [[nodiscard]] TimePoint Now() const { return DoNow(); }

  /// The time of day for people and journals, ISO 8601 in UTC: "2025-11-21T07:30:00Z". It may jump,
  /// so nothing is computed from it. Simulated time begins at 2000-01-01.
  [[nodiscard]] std::string WallClockText() const;

  /// Waits for `duration`; a duration of zero or less lets the other ready Tasks run first.
  /// Errors: kCanceled as soon as `stop` is requested.
  Task<void> Sleep(Duration duration, std::stop_token stop = {});
  /// The same, until a moment.
  Task<void> SleepUntil(TimePoint moment, std::stop_token stop = {});

  /// Runs a Task until it ends, and every spawned one beside it.
  /// Errors: those of the Task; kHwError when nothing is left that could ever wake it (a deadlock
  /// that only the simulated scheduler can see). The Tasks of a deadlock stay where they wait.
  template <class T>
  Result<T> Run(Task<T> task) {
    // Shared, since a Task that was left in a deadlock may be woken by a later Run.
    const auto result = std::make_shared<std::optional<Result<T>>>();
    Start(Deliver(std::move(task), result));
    RunUntil([&result] { return result->has_value(); });
    if (!*result) return Fail(DeadlockError());
    return *std::move(*result);
  }

  /// Starts a Task that nobody waits for; it runs while some `Run` does. Its Error is dropped, so
  /// a Task that can fail is given to a TaskGroup instead.
  void Spawn(Task<void> task);

  /// Puts a coroutine into the run queue.
  void Post(std::coroutine_handle<> coroutine) { ready_.push_back(coroutine); }

  /// Calls `callback` at `moment` on the scheduler's thread. A callback does not block.
  TimerKey AddTimer(TimePoint moment, std::move_only_function<void()> callback);
  /// Forgets a timer; does nothing when it has fired.
  void RemoveTimer(const TimerKey& key) { timers_.erase(key); }

  /// A worker for blocking calls: a thread of its own with the real scheduler, the calling thread
  /// with the simulated one.
  std::unique_ptr<Worker> StartWorker();

 protected:
  Scheduler() = default;

  virtual TimePoint DoNow() const = 0;
  virtual std::chrono::sys_seconds DoWallClock() const = 0;
  /// Waits until something was posted from outside, or until `next_timer`; a moment that has come
  /// means a look at what was posted, without waiting. Returns false when there is no timer and
  /// nothing outside can ever post.
  virtual bool DoWait(std::optional<TimePoint> next_timer) = 0;
  virtual std::unique_ptr<Worker> DoStartWorker() = 0;

 private:
  /// A coroutine that owns itself.
  struct Detached {
    struct promise_type : detail::TaskPromise {
      Detached get_return_object() {
        return {std::coroutine_handle<promise_type>::from_promise(*this)};
      }
      std::suspend_never final_suspend() noexcept { return {}; }
      void return_void() {}
    };
    std::coroutine_handle<> coroutine;
  };

  template <class T>
  static Detached Deliver(Task<T> task, std::shared_ptr<std::optional<Result<T>>> result) {
    result->emplace(co_await Outcome(std::move(task)));
  }
  static Detached Drop(Task<void> task);
  void Start(Detached detached) { Post(detached.coroutine); }

  void RunUntil(const std::function<bool()>& done);
  void RunReady();
  void FireTimers();
  std::optional<TimePoint> NextMoment() const;
  static Error DeadlockError();

  std::deque<std::coroutine_handle<>> ready_;
  std::map<TimerKey, std::move_only_function<void()>> timers_;
  std::uint64_t next_timer_number_ = 0;
};

}  // namespace reflash
