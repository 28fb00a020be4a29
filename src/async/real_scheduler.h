// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <stop_token>

#include "async/scheduler.h"

namespace reflash {

/// Time as it passes, with the monotonic clock; stands on Boost.Asio, which stays in the .cc file.
/// Besides timers it waits for file descriptors, for signals and for calls on workers.
class RealScheduler : public Scheduler {
 public:
  RealScheduler();
  ~RealScheduler() override;

  /// Waits until `descriptor` can be read, or has reached its end, without blocking. The caller
  /// keeps the descriptor open until the Task has ended.
  /// Errors: kCanceled when `stop` is requested; kRwError when the descriptor cannot be waited for.
  Task<void> WaitReadable(int descriptor, std::stop_token stop = {});
  /// The same for writing.
  Task<void> WaitWritable(int descriptor, std::stop_token stop = {});

  /// Calls `handler` with the signal's number on the scheduler's thread, each time one of `signals`
  /// arrives, from now on until the scheduler ends. Replaces an earlier handler.
  void OnSignals(std::initializer_list<int> signals, std::function<void(int)> handler);

 private:
  class Reactor;
  class ThreadWorker;
  enum class Readiness : bool { kReadable, kWritable };

  std::chrono::sys_seconds DoWallClock() const override;
  TimePoint DoNow() const override;
  bool DoWait(std::optional<TimePoint> next_timer) override;
  std::unique_ptr<Worker> DoStartWorker() override;
  Task<void> WaitFor(int descriptor, Readiness readiness, std::stop_token stop);

  std::unique_ptr<Reactor> reactor_;
};

}  // namespace reflash
