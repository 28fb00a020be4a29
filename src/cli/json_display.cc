// SPDX-License-Identifier: Apache-2.0
#include "cli/json_display.h"

#include "cli/json_lines.h"

namespace reflash::cli {
namespace {

constexpr Duration kLongestSilence = std::chrono::seconds(1);

}  // namespace

void JsonDisplay::Show(const JobSnapshot& job) {
  if (job.outcome) {
    output_.Line(ResultLine(job));
    shown_.erase(job.device);
    return;
  }
  Shown& shown = shown_[job.device];
  if (job.phase != shown.phase) output_.Line(PhaseLine(job));
  shown.phase = job.phase;
  const TimePoint now = scheduler_.Now();
  if (job.percent == shown.percent && now - shown.time < kLongestSilence) return;
  shown.percent = job.percent;
  shown.time = now;
  output_.Line(ProgressLine(job));
}

}  // namespace reflash::cli
