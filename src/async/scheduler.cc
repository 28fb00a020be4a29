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

std::string Scheduler::WallClockText() const {
  const std::chrono::sys_seconds now = DoWallClock();
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

void Scheduler::Spawn(Task<void> task) { Start(Drop(std::move(task))); }

Scheduler::TimerKey Scheduler::AddTimer(TimePoint moment,
                                        std::move_only_function<void()> callback) {
  const TimerKey key{moment, next_timer_number_++};
  timers_.emplace(key, std::move(callback));
  return key;
}

void Scheduler::RunUntil(const std::function<bool()>& done) {
  while (true) {
    RunReady();
    if (done()) return;
    FireTimers();
    // What comes from outside is looked at in each round, so that Tasks that are always ready (they
    // poll something) cannot keep a signal from being seen.
    if (!DoWait(NextMoment())) return;
  }
}

std::optional<TimePoint> Scheduler::NextMoment() const {
  if (!ready_.empty()) return Now();
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first.first;
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
