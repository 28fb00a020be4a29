// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <utility>

#include "async/scheduler.h"

namespace reflash {

/// A stop token that is also requested when a moment has come: give `token()` to what must end by
/// then. `passed()` tells the two reasons apart: it is true when time ran out first.
class Deadline {
 public:
  Deadline(Scheduler& scheduler, TimePoint moment, std::stop_token parent)
      : scheduler_(scheduler),
        timer_(scheduler.AddTimer(moment,
                                  [this] {
                                    passed_ = !source_.stop_requested();
                                    source_.request_stop();
                                  })),
        on_parent_stop_(std::move(parent), Stop{&source_}) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() { scheduler_.RemoveTimer(timer_); }

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }
  [[nodiscard]] bool passed() const { return passed_; }

 private:
  struct Stop {
    std::stop_source* source;
    void operator()() const { source->request_stop(); }
  };

  Scheduler& scheduler_;
  std::stop_source source_;
  bool passed_ = false;
  Scheduler::TimerKey timer_;
  std::stop_callback<Stop> on_parent_stop_;
};

}  // namespace reflash
