// SPDX-License-Identifier: Apache-2.0
#include "fpga/step_pace.h"

#include <algorithm>

namespace reflash::fpga {
namespace {

constexpr double kMebibyte = 1U << 20U;

Duration FromTable(std::span<const PaceRow> table, Step step, std::uint64_t image_bytes) {
  const auto row = std::ranges::find(table, step, &PaceRow::step);
  if (row == table.end()) return Duration::zero();
  const double mebibytes = static_cast<double>(image_bytes) / kMebibyte;
  return row->fixed + std::chrono::duration_cast<Duration>(row->per_mebibyte * mebibytes);
}

}  // namespace

void StepPace::Saw(std::span<const PaceRow> table, Step step, std::uint64_t image_bytes,
                   Duration elapsed) {
  const Duration expected = FromTable(table, step, image_bytes);
  if (expected > Duration::zero()) factors_[step] = ToSeconds(elapsed) / ToSeconds(expected);
}

Duration StepPace::Estimate(std::span<const PaceRow> table, Step step,
                            std::uint64_t image_bytes) const {
  const Duration expected = FromTable(table, step, image_bytes);
  const auto seen = factors_.find(step);
  if (seen == factors_.end()) return expected;
  return std::chrono::duration_cast<Duration>(expected * seen->second);
}

}  // namespace reflash::fpga
