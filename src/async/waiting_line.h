// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <list>
#include <optional>
#include <stop_token>

#include "async/suspension.h"

namespace reflash {

/// A line of Tasks that wait for something to happen. The waiting Tasks are kept in order; a stop
/// request takes one out of the line. Destroyed when nobody waits.
class WaitingLine {
 public:
  explicit WaitingLine(Scheduler& scheduler) : scheduler_(scheduler) {}
  WaitingLine(const WaitingLine&) = delete;
  WaitingLine& operator=(const WaitingLine&) = delete;
  ~WaitingLine() { assert(waiting_.empty() && "somebody still waits"); }

  /// Waits at the end of the line. Errors: kCanceled when `stop` is requested.
  Task<void> Wait(std::stop_token stop = {}) {
    if (stop.stop_requested()) co_await Fail(ErrorCode::kCanceled, "canceled");
    co_await Place(*this, std::move(stop));
  }

  [[nodiscard]] bool empty() const { return waiting_.empty(); }

  /// Wakes the first in the line; returns false when there is none.
  bool WakeOne() {
    if (waiting_.empty()) return false;
    waiting_.front()->Leave();
    return true;
  }

  /// Wakes all who wait now.
  void WakeAll() {
    while (WakeOne()) {
    }
  }

 private:
  class Place : public Suspension {
   public:
    Place(WaitingLine& line, std::stop_token stop)
        : Suspension(line.scheduler_), line_(line), stop_(std::move(stop)) {}

    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> coroutine) {
      Suspend(coroutine);
      position_ = line_.waiting_.insert(line_.waiting_.end(), this);
      if (stop_.stop_possible()) on_stop_.emplace(stop_, Stop{this});
    }

    void Leave() {
      line_.waiting_.erase(position_);
      on_stop_.reset();
      Resume();
    }

   private:
    struct Stop {
      Place* place;
      void operator()() const {
        place->line_.waiting_.erase(place->position_);
        place->Fail(Error(ErrorCode::kCanceled, "canceled"));
      }
    };

    WaitingLine& line_;
    std::stop_token stop_;
    std::list<Place*>::iterator position_;
    std::optional<std::stop_callback<Stop>> on_stop_;
  };

  Scheduler& scheduler_;
  std::list<Place*> waiting_;
};

}  // namespace reflash
