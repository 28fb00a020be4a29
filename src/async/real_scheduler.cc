// SPDX-License-Identifier: Apache-2.0
#include "async/real_scheduler.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <fcntl.h>
#include <signal.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "async/suspension.h"
#include "async/worker.h"
#include "base/errno_error.h"
#include "base/unique_fd.h"

namespace reflash {

namespace asio = boost::asio;

class RealScheduler::Reactor {
 public:
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::steady_timer alarm{context};
  asio::signal_set signals{context};
  std::function<void(int)> on_signal;

  void AwaitSignal() {
    signals.async_wait([this](const boost::system::error_code& error, int number) {
      if (error) return;
      const std::function<void(int)> handler = on_signal;  // it may set another one
      handler(number);
      AwaitSignal();
    });
  }

  /// Waits for the first event or until `moment`. (The timer has a resolution of microseconds;
  /// io_context::run_one_until rounds up to milliseconds, which is long for a bus.)
  void RunOneUntil(std::chrono::steady_clock::time_point moment) {
    alarm.expires_at(moment);
    alarm.async_wait([](const boost::system::error_code&) {});
    context.run_one();
    alarm.cancel();
  }
};

namespace {

/// Leaves signals to the thread of the scheduler: one that arrives in the middle of a blocking
/// call would end it with EINTR, and a transfer on a bus is not to be broken off. Those that tell
/// of a fault of the thread itself stay.
void LeaveSignalsToOthers() {
  sigset_t blocked{};
  ::sigfillset(&blocked);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS}) {
    ::sigdelset(&blocked, fault);
  }
  ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
}

/// Keeps calls on the scheduler's own thread, such as a write to a terminal, from ending with
/// EINTR.
void RestartCallsAfter(int signal_number) {
  struct sigaction action{};
  ::sigaction(signal_number, nullptr, &action);
  action.sa_flags |= SA_RESTART;
  ::sigaction(signal_number, &action, nullptr);
}

}  // namespace

/// A thread that takes calls from a queue, in order.
class RealScheduler::ThreadWorker : public Worker {
 public:
  explicit ThreadWorker(asio::io_context& context)
      : context_(context), thread_([this](const std::stop_token& stop) { Loop(stop); }) {}

 private:
  struct Submitted {
    std::move_only_function<void()> call;
    Suspension* waiting;
  };

  void DoSubmit(std::move_only_function<void()> call, Suspension& waiting) override {
    {
      const std::scoped_lock lock(mutex_);
      queue_.push_back({std::move(call), &waiting});
    }
    arrived_.notify_one();
  }

  void Loop(const std::stop_token& stop) {
    LeaveSignalsToOthers();
    std::unique_lock lock(mutex_);
    while (arrived_.wait(lock, stop, [this] { return !queue_.empty(); })) {
      Submitted submitted = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      submitted.call();
      asio::post(context_, [waiting = submitted.waiting] { waiting->Resume(); });
      lock.lock();
    }
  }

  asio::io_context& context_;
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Submitted> queue_;
  std::jthread thread_;
};

namespace {

/// Waits on a duplicate of the descriptor, which Asio may own and close. Asio makes it non-blocking
/// to wait; that mode belongs to what both descriptors refer to, perhaps a terminal that other
/// processes share, so it is put back.
class DescriptorSuspension : public Suspension {
 public:
  DescriptorSuspension(Scheduler& scheduler, asio::posix::stream_descriptor& descriptor,
                       asio::posix::stream_descriptor::wait_type type, std::stop_token stop)
      : Suspension(scheduler), descriptor_(descriptor), type_(type), stop_(std::move(stop)) {}

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    Suspend(coroutine);
    const int status_flags = ::fcntl(descriptor_.native_handle(), F_GETFL);
    descriptor_.async_wait(type_, [this](const boost::system::error_code& error) {
      on_stop_.reset();
      if (!error) {
        Resume();
      } else if (error == asio::error::operation_aborted) {
        Fail(Error(ErrorCode::kCanceled, "canceled"));
      } else {
        Fail(Error(ErrorCode::kRwError, "cannot wait for a descriptor: " + error.message()));
      }
    });
    ::fcntl(descriptor_.native_handle(), F_SETFL, status_flags);
    if (stop_.stop_possible()) on_stop_.emplace(stop_, Stop{&descriptor_});
  }

 private:
  struct Stop {
    asio::posix::stream_descriptor* descriptor;
    void operator()() const {
      boost::system::error_code ignored;
      static_cast<void>(descriptor->cancel(ignored));
    }
  };

  asio::posix::stream_descriptor& descriptor_;
  asio::posix::stream_descriptor::wait_type type_;
  std::stop_token stop_;
  std::optional<std::stop_callback<Stop>> on_stop_;
};

}  // namespace

RealScheduler::RealScheduler() : reactor_(std::make_unique<Reactor>()) {}
RealScheduler::~RealScheduler() = default;

TimePoint RealScheduler::DoNow() const {
  return TimePoint(std::chrono::steady_clock::now().time_since_epoch());
}

std::chrono::sys_seconds RealScheduler::DoWallClock() const {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

bool RealScheduler::DoWait(std::optional<TimePoint> next_timer) {
  if (!next_timer) {
    reactor_->context.run_one();
  } else if (*next_timer > Now()) {
    reactor_->RunOneUntil(std::chrono::steady_clock::time_point(next_timer->time_since_epoch()));
  }
  reactor_->context.poll();
  return true;
}

std::unique_ptr<Worker> RealScheduler::DoStartWorker() {
  return std::make_unique<ThreadWorker>(reactor_->context);
}

Task<void> RealScheduler::WaitReadable(int descriptor, std::stop_token stop) {
  return WaitFor(descriptor, Readiness::kReadable, std::move(stop));
}

Task<void> RealScheduler::WaitWritable(int descriptor, std::stop_token stop) {
  return WaitFor(descriptor, Readiness::kWritable, std::move(stop));
}

Task<void> RealScheduler::WaitFor(int descriptor, Readiness readiness, std::stop_token stop) {
  if (stop.stop_requested()) co_await Fail(ErrorCode::kCanceled, "canceled");
  UniqueFd copy(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  if (!copy.valid()) {
    co_await Fail(ErrorFromErrno(errno, fmt::format("cannot wait for descriptor {}", descriptor)));
  }
  asio::posix::stream_descriptor duplicate(reactor_->context);
  boost::system::error_code error;
  static_cast<void>(duplicate.assign(copy.get(), error));
  if (error) {
    co_await Fail(ErrorCode::kRwError, "cannot wait for descriptor {}: {}", descriptor,
                  error.message());
  }
  static_cast<void>(copy.Release());
  using Descriptor = asio::posix::stream_descriptor;
  const auto type =
      readiness == Readiness::kReadable ? Descriptor::wait_read : Descriptor::wait_write;
  co_await DescriptorSuspension(*this, duplicate, type, std::move(stop));
}

void RealScheduler::OnSignals(std::initializer_list<int> signals,
                              std::function<void(int)> handler) {
  const bool waiting = static_cast<bool>(reactor_->on_signal);
  reactor_->on_signal = std::move(handler);
  for (const int number : signals) {
    reactor_->signals.add(number);
    RestartCallsAfter(number);
  }
  if (!waiting) reactor_->AwaitSignal();
}

}  // namespace reflash
