// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "async/suspension.h"

namespace reflash {

/// Shares one serial resource, such as an I2C bus, among flows so that each flow that has work
/// gets the same time of it, however long its single turns are. A turn is never interrupted.
///
/// Each flow has a virtual clock that advances by the time it held the resource; the waiting flow
/// with the earliest clock is served next (start-time fair queueing), with two allowances,
/// measured in leads, each a little more than the longest turn that was seen:
///
/// * The flow that was served last goes on while it is not further ahead than one lead: a device
/// gets
///   its long turn and the short one behind it that sets it to work, and works while others have
///   the resource. Else each device would wait idle for its short turn until all had a long one.
/// * A flow that comes back after a rest is owed two leads at most, so that it comes before one
/// that
///   goes on: a flow that rests after each turn, because its device works, keeps its share, but a
///   long rest cannot be saved up.
///
/// So two flows that always want the resource differ by at most a lead and a turn of each.
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
    flow.virtual_time_ = std::max(flow.virtual_time_, virtual_now_ - 2 * lead());
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
      queue_.waiting_.push_back({flow_.virtual_time_, &flow_, this});
    }

   private:
    FairQueue& queue_;
    Flow& flow_;
  };

  /// One that waits, with what is compared to find the next beside each other in memory.
  struct Waiting {
    Duration virtual_time;
    const Flow* flow;
    Place* place;
  };

  [[nodiscard]] TimePoint now() const { return scheduler_.Now(); }

  [[nodiscard]] Duration lead() const { return longest_turn_ + longest_turn_ / 8; }

  void Release(Flow& flow, Duration held) {
    flow.virtual_time_ += held;
    longest_turn_ = std::max(longest_turn_, held);
    last_ = &flow;
    taken_ = !waiting_.empty();
    // The choice waits until the ready Tasks have run: the flow that just released may be about to
    // ask again, and may be the one that is owed time.
    if (taken_) scheduler_.AddTimer(now(), [this] { ServeNext(); });
  }

  void ServeNext() {
    auto next = std::ranges::min_element(waiting_, {}, &Waiting::virtual_time);
    const auto again = std::ranges::find(waiting_, last_, &Waiting::flow);
    const bool goes_on =
        again != waiting_.end() && again->virtual_time <= next->virtual_time + lead();
    if (goes_on) next = again;
    Place* const place = next->place;
    waiting_.erase(next);
    place->Resume();
  }

  Scheduler& scheduler_;
  std::vector<Waiting> waiting_;  ///< in the order of their coming
  Duration virtual_now_{0};
  Duration longest_turn_{0};
  const Flow* last_ = nullptr;  ///< that was served last; it may be gone
  bool taken_ = false;
};

}  // namespace reflash
