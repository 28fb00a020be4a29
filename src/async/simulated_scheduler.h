// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "async/scheduler.h"

namespace reflash {

/// Time that jumps to the next event: an update of 40 minutes takes milliseconds, the same way
/// each time. Time starts at zero and does not pass while Tasks run. Workers run their calls at
/// once, on the calling thread.
class SimulatedScheduler : public Scheduler {
 private:
  std::chrono::sys_seconds DoWallClock() const override;
  TimePoint DoNow() const override { return now_; }
  bool DoWait(std::optional<TimePoint> next_timer) override;
  std::unique_ptr<Worker> DoStartWorker() override;

  TimePoint now_;
};

}  // namespace reflash
