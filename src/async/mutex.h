// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <stop_token>
#include <utility>

#include "async/waiting_line.h"

namespace reflash {

/// Mutual exclusion among the Tasks of one Scheduler, first come first served.
class Mutex {
 public:
  /// Holds the mutex until its end.
  class Lock {
   public:
    explicit Lock(Mutex& mutex) : mutex_(&mutex) {}
    Lock(Lock&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    Lock& operator=(Lock&&) = delete;
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() {
      if (mutex_ != nullptr) mutex_->Unlock();
    }

   private:
    Mutex* mutex_;
  };

  explicit Mutex(Scheduler& scheduler) : line_(scheduler) {}
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  ~Mutex() { assert(!locked_ && "a Mutex ended before its Lock"); }

  /// Errors: kCanceled when `stop` is requested while others hold the mutex.
  Task<Lock> Acquire(std::stop_token stop = {}) {
    if (locked_) {
      co_await line_.Wait(std::move(stop));  // whoever unlocks hands the mutex over locked
    }
    locked_ = true;
    co_return Lock(*this);
  }

 private:
  void Unlock() { locked_ = line_.WakeOne(); }

  WaitingLine line_;
  bool locked_ = false;
};

}  // namespace reflash
