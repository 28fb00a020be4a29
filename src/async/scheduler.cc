// SPDX-License-Identifier: Apache-2.0
#include "async/scheduler.h"

#include "async/suspension.h"
#include "async/worker.h"

namespace reflash {
namespace {

/// Suspends until a timer fires or a stop is requested, whichever comes first.
class TimerSuspension : public Suspension {
 public:
  TimerSuspension(Scheduler& scheduler, TimePoint moment, std::stop_token stop)
      : Suspension(scheduler), moment_(moment), stop_(std::move(stop)) {}

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    Suspend(coroutine);
    timer_ = scheduler().AddTimer(moment_, [this] { Fire(); });
    if (stop_.stop_possible()) on_stop_.emplace(stop_, Stop{this});
  }

 private:
  struct Stop {
    TimerSuspension* suspension;
    void operator()() const { suspension->Cancel(); }
  };

  void Fire() {
    on_stop_.reset();
    Resume();
  }

  void Cancel() {
    scheduler().RemoveTimer(timer_);
    Fail(Error(ErrorCode::kCanceled, "canceled"));
  }

  TimePoint moment_;
  std::stop_token stop_;
  Scheduler::TimerKey timer_;
  std::optional<std::stop_callback<Stop>> on_stop_;
};

}  // namespace

Scheduler::~Scheduler() = default;

std::unique_ptr<Worker> Scheduler::StartWorker() { return DoStartWorker(); }

Task<void> Scheduler::Sleep(Duration duration, std::stop_token stop) {
  return SleepUntil(Now() + duration, std::move(stop));
}

Task<void> Scheduler::SleepUntil(TimePoint moment, std::stop_token stop) {
  if (stop.stop_requested()) co_await reflash::Fail(ErrorCode::kCanceled, "canceled");
  co_await TimerSuspension(*this, moment, std::move(stop));
}

Scheduler::Detached Scheduler::Drop(Task<void> task) { co_await Outcome(std::move(task)); }

void Scheduler::Spawn(Task<void> task) { Start(Drop(std::move(task))); }

Scheduler::TimerKey Scheduler::AddTimer(TimePoint moment, std::move_only_function<void()> callback) {
  const TimerKey key{moment, next_timer_number_++};
  timers_.emplace(key, std::move(callback));
  return key;
}

void Scheduler::RunUntil(const std::function<bool()>& done) {
  while (true) {
    RunReady();
    if (done()) return;
    FireTimers();
    if (!ready_.empty()) continue;
    const auto next = timers_.begin();
    const bool woken =
        DoWait(next == timers_.end() ? std::nullopt : std::optional(next->first.first));
    if (!woken) return;
  }
}

void Scheduler::RunReady() {
  while (!ready_.empty()) {
    const std::coroutine_handle<> coroutine = ready_.front();
    ready_.pop_front();
    coroutine.resume();
  }
}

void Scheduler::FireTimers() {
  const TimePoint now = Now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    auto due = timers_.extract(timers_.begin());
    due.mapped()();
  }
}

Error Scheduler::DeadlockError() {
  return {ErrorCode::kHwError, "deadlock: every task waits and nothing can wake one"};
}

}  // namespace reflash
