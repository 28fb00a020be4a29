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
  if (found == steps_.end()) return;
  current_ = static_cast<std::size_t>(found - steps_.begin());
  begun_ = true;
  step_begin_ = now;
  done_ = 0;
  total_ = 0;
}

void Progress::Advance(std::uint64_t done, std::uint64_t total) {
  done_ = std::min(done, total);
  total_ = total;
}

double Progress::FractionOfStep(TimePoint now) const {
  if (total_ > 0) return static_cast<double>(done_) / static_cast<double>(total_);
  const Duration estimate = steps_[current_].estimate;
  if (estimate <= Duration::zero()) return 0;
  return std::min(kNearlyDone, ToSeconds(now - step_begin_) / ToSeconds(estimate));
}

int Progress::Percent(TimePoint now) {
  if (!begun_ || percent_ == 100) return percent_;
  double before = 0;
  double whole = 0;
  for (std::size_t index = 0; index < steps_.size(); ++index) {
    const double weight = ToSeconds(steps_[index].estimate);
    whole += weight;
    if (index < current_) before += weight;
    if (index == current_) before += weight * FractionOfStep(now);
  }
  if (whole > 0)
    percent_ = std::max(percent_, std::min(99, static_cast<int>(100 * before / whole)));
  return percent_;
}

Duration Progress::LeftOfStep(TimePoint now) const {
  const Duration elapsed = now - step_begin_;
  if (done_ > 0) {
    const double left = static_cast<double>(total_ - done_) / static_cast<double>(done_);
    return std::chrono::duration_cast<Duration>(elapsed * left);
  }
  return std::max(Duration::zero(), steps_[current_].estimate - elapsed);
}

std::optional<double> Progress::EtaSeconds(TimePoint now) const {
  if (!begun_) return std::nullopt;
  Duration left = LeftOfStep(now);
  for (std::size_t index = current_ + 1; index < steps_.size(); ++index) {
    left += steps_[index].estimate;
  }
  return ToSeconds(left);
}

}  // namespace reflash
