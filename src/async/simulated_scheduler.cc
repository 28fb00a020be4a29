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

std::chrono::sys_seconds SimulatedScheduler::DoWallClock() const {
  constexpr std::chrono::sys_days kBeginning = std::chrono::year(2000) / 1 / 1;
  return kBeginning + std::chrono::floor<std::chrono::seconds>(now_.time_since_epoch());
}

bool SimulatedScheduler::DoWait(std::optional<TimePoint> next_timer) {
  if (!next_timer) return false;
  now_ = *next_timer;
  return true;
}

std::unique_ptr<Worker> SimulatedScheduler::DoStartWorker() {
  return std::make_unique<InlineWorker>();
}

}  // namespace reflash
