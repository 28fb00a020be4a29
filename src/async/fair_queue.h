// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cassert>
#include <list>
#include <optional>
#include <utility>

#include "async/suspension.h"

namespace reflash {

/// Shares one serial resource, such as an I2C bus, among flows so that each flow that has work
/// gets the same time of it, however long its single turns are. A turn is never interrupted.
///
/// Each flow has a virtual clock that advances by the time it held the resource; the waiting flow
/// with the earliest clock is served next. A flow that comes back after a rest starts at the
/// present virtual time, so that rest cannot be saved up (start-time fair queueing).
class FairQueue {
 public:
  /// One user of the resource, for example a port of a bus.
  class Flow {
   private:
    friend class FairQueue;
    Duration virtual_time_{0};
  };

  /// Holds the resource until its end, and charges the flow for the time.
  class Turn {
   public:
    Turn(FairQueue& queue, Flow& flow) : queue_(&queue), flow_(&flow), begin_(queue.now()) {}
    Turn(Turn&& other) noexcept
        : queue_(std::exchange(other.queue_, nullptr)), flow_(other.flow_), begin_(other.begin_) {}
    Turn& operator=(Turn&&) = delete;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (queue_ != nullptr) queue_->Release(*flow_, queue_->now() - begin_);
    }

   private:
    FairQueue* queue_;
    Flow* flow_;
    TimePoint begin_;
  };

  explicit FairQueue(Scheduler& scheduler) : scheduler_(scheduler) {}
  FairQueue(const FairQueue&) = delete;
  FairQueue& operator=(const FairQueue&) = delete;
  ~FairQueue() { assert(!taken_ && waiting_.empty()); }

  /// Waits for the resource. `flow` outlives the turn.
  Task<Turn> Acquire(Flow& flow) {
    flow.virtual_time_ = std::max(flow.virtual_time_, virtual_now_);
    if (taken_) co_await Place(*this, flow);
    taken_ = true;
    virtual_now_ = std::max(virtual_now_, flow.virtual_time_);
    co_return Turn(*this, flow);
  }

 private:
  class Place : public Suspension {
   public:
    Place(FairQueue& queue, Flow& flow)
        : Suspension(queue.scheduler_), queue_(queue), flow_(flow) {}

    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> coroutine) {
      Suspend(coroutine);
      queue_.waiting_.push_back(this);
    }

    [[nodiscard]] Duration virtual_time() const { return flow_.virtual_time_; }

   private:
    FairQueue& queue_;
    Flow& flow_;
  };

  [[nodiscard]] TimePoint now() const { return scheduler_.Now(); }

  void Release(Flow& flow, Duration held) {
    flow.virtual_time_ += held;
    taken_ = !waiting_.empty();
    // The choice waits until the ready Tasks have run: the flow that just released may be about to
    // ask again, and may be the one that is owed time.
    if (taken_) scheduler_.AddTimer(now(), [this] { ServeNext(); });
  }

  void ServeNext() {
    const auto next = std::ranges::min_element(waiting_, {}, &Place::virtual_time);
    Place* const place = *next;
    waiting_.erase(next);
    place->Resume();
  }

  Scheduler& scheduler_;
  std::list<Place*> waiting_;
  Duration virtual_now_{0};
  bool taken_ = false;
};

}  // namespace reflash
