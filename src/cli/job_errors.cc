// SPDX-License-Identifier: Apache-2.0
#include "cli/job_errors.h"

namespace reflash::cli {

void PrintErrors(const Output& output, std::span<const JobSnapshot> jobs) {
  if (output.json()) return;
  for (const JobSnapshot& job : jobs) {
    if (!job.failure) continue;
    const bool begun = job.failure->phase != Phase::kIdle;
    const std::string phase = begun ? fmt::format("{}: ", PhaseWord(job.failure->phase)) : "";
    output.PrintError(Error(job.failure->code, phase + job.failure->message), job.device);
  }
}

}  // namespace reflash::cli
