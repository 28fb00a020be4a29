// SPDX-License-Identifier: Apache-2.0
#include "async/real_scheduler.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "async/suspension.h"
#include "async/worker.h"

namespace reflash {

namespace asio = boost::asio;

class RealScheduler::Reactor {
 public:
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::signal_set signals{context};
  std::function<void(int)> on_signal;

  void AwaitSignal() {
    signals.async_wait([this](const boost::system::error_code& error, int number) {
      if (error) return;
      on_signal(number);
      AwaitSignal();
    });
  }
};

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

/// Waits on a duplicate of the descriptor, which Asio may own and close.
class DescriptorSuspension : public Suspension {
 public:
  DescriptorSuspension(Scheduler& scheduler, asio::posix::stream_descriptor& descriptor,
                       asio::posix::stream_descriptor::wait_type type, std::stop_token stop)
      : Suspension(scheduler), descriptor_(descriptor), type_(type), stop_(std::move(stop)) {}

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    Suspend(coroutine);
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
    if (stop_.stop_possible()) on_stop_.emplace(stop_, Stop{&descriptor_});
  }

 private:
  struct Stop {
    asio::posix::stream_descriptor* descriptor;
    void operator()() const {
      boost::system::error_code ignored;
      descriptor->cancel(ignored);
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

bool RealScheduler::DoWait(std::optional<TimePoint> next_timer) {
  if (next_timer) {
    const std::chrono::steady_clock::time_point moment(next_timer->time_since_epoch());
    reactor_->context.run_one_until(moment);
  } else {
    reactor_->context.run_one();
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
  asio::posix::stream_descriptor duplicate(reactor_->context);
  boost::system::error_code error;
  duplicate.assign(::dup(descriptor), error);
  if (error) {
    co_await Fail(ErrorCode::kRwError, "cannot wait for descriptor {}: {}", descriptor,
                  error.message());
  }
  using Wait = asio::posix::stream_descriptor::wait_type;
  const Wait type = readiness == Readiness::kReadable ? Wait::wait_read : Wait::wait_write;
  co_await DescriptorSuspension(*this, duplicate, type, std::move(stop));
}

void RealScheduler::OnSignals(std::initializer_list<int> signals, std::function<void(int)> handler) {
  const bool waiting = static_cast<bool>(reactor_->on_signal);
  reactor_->on_signal = std::move(handler);
  for (const int number : signals) reactor_->signals.add(number);
  if (!waiting) reactor_->AwaitSignal();
}

}  // namespace reflash
