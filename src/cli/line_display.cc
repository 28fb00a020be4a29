// SPDX-License-Identifier: Apache-2.0
#include "cli/line_display.h"

namespace reflash::cli {

void LineDisplay::Show(const JobSnapshot& job) {
  if (job.outcome) {
    output_.Line(fmt::format("{}: {}", job.device, OutcomeText(job)));
    shown_.erase(job.device);
    return;
  }
  Phase& shown = shown_[job.device];
  if (shown == job.phase) return;
  shown = job.phase;
  output_.Line(fmt::format("{}: {}", job.device, PhaseWord(job.phase)));
}

}  // namespace reflash::cli
