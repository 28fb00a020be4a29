// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "async/fair_queue.h"
#include "async/scheduler.h"
#include "async/task.h"
#include "async/worker.h"

namespace reflash {

/// The wires of one root adapter, with every multiplexer leg below it: one thread that blocks in
/// the kernel for them, and one queue that shares their time fairly among the ports. Owned by
/// I2cDevBuses; outlives its ports.
class I2cDevBus {
 public:
  explicit I2cDevBus(Scheduler& scheduler)
      : scheduler_(scheduler), worker_(scheduler.StartWorker()), queue_(scheduler) {}
  I2cDevBus(const I2cDevBus&) = delete;
  I2cDevBus& operator=(const I2cDevBus&) = delete;
  ~I2cDevBus() = default;

  /// Waits for the bus, then runs the blocking `call` on its thread. `flow` is the port's.
  /// `call` returns a Result, which is what the Task ends in.
  template <class Call>
  auto Run(FairQueue::Flow& flow, Call call)
      -> Task<typename std::invoke_result_t<Call&>::value_type> {
    const FairQueue::Turn turn = co_await queue_.Acquire(flow);
    co_return co_await worker_->Run(scheduler_, std::move(call));
  }

 private:
  Scheduler& scheduler_;
  std::unique_ptr<Worker> worker_;
  FairQueue queue_;
};

}  // namespace reflash
