// SPDX-License-Identifier: Apache-2.0
#include "flash/progress.h"

#include <algorithm>

namespace reflash {
namespace {

/// A step that takes longer than it was expected to is shown as nearly done, never as done.
constexpr double kNearlyDone = 0.95;

}  // namespace

void Progress::Begin(Step step, TimePoint now) {
  const auto found = std::ranges::find(steps_, step, &PlannedStep::step);
  in_plan_ = found != steps_.end();
  if (!in_plan_) return;
  current_ = static_cast<std::size_t>(found - steps_.begin());
  step_begin_ = now;
  pass_begin_ = now;
  done_ = 0;
  total_ = 0;
}

void Progress::Advance(std::uint64_t done, std::uint64_t total, TimePoint now) {
  if (done == 0 || done < done_) pass_begin_ = now;
  done_ = std::min(done, total);
  total_ = total;
}

Duration Progress::SumOfEstimates(std::size_t first, std::size_t last) const {
  Duration sum = Duration::zero();
  for (std::size_t index = first; index < last; ++index) sum += steps_[index].estimate;
  return sum;
}

double Progress::FractionOfStep(TimePoint now) const {
  if (total_ > 0) return static_cast<double>(done_) / static_cast<double>(total_);
  const Duration estimate = steps_[current_].estimate;
  if (estimate <= Duration::zero()) return 0;
  return std::min(kNearlyDone, ToSeconds(now - step_begin_) / ToSeconds(estimate));
}

int Progress::Percent(TimePoint now) {
  if (!in_plan_ || percent_ == 100) return percent_;
  const double whole = ToSeconds(SumOfEstimates(0, steps_.size()));
  if (whole <= 0) return percent_;
  const double done = ToSeconds(SumOfEstimates(0, current_)) +
                      ToSeconds(steps_[current_].estimate) * FractionOfStep(now);
  percent_ = std::max(percent_, std::min(99, static_cast<int>(100 * done / whole)));
  return percent_;
}

Duration Progress::LeftOfStep(TimePoint now) const {
  const Duration elapsed = now - pass_begin_;
  if (done_ > 0 && elapsed > Duration::zero()) {
    const double left = static_cast<double>(total_ - done_) / static_cast<double>(done_);
    return std::chrono::duration_cast<Duration>(elapsed * left);
  }
  return std::max(Duration::zero(), steps_[current_].estimate - (now - step_begin_));
}

std::optional<double> Progress::EtaSeconds(TimePoint now) const {
  if (!in_plan_) return std::nullopt;
  return ToSeconds(LeftOfStep(now) + SumOfEstimates(current_ + 1, steps_.size()));
}

}  // namespace reflash
