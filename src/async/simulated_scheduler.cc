// SPDX-License-Identifier: Apache-2.0
#include "async/simulated_scheduler.h"

#include "async/worker.h"

namespace reflash {
namespace {

class InlineWorker : public Worker {
  void DoSubmit(std::move_only_function<void()> call, Suspension& waiting) override {
    call();
    waiting.Resume();
  }
};

}  // namespace

bool SimulatedScheduler::DoWait(std::optional<TimePoint> next_timer) {
  if (!next_timer) return false;
  now_ = *next_timer;
  return true;
}

std::unique_ptr<Worker> SimulatedScheduler::DoStartWorker() {
  return std::make_unique<InlineWorker>();
}

}  // namespace reflash
