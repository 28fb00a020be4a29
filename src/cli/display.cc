// SPDX-License-Identifier: Apache-2.0
#include "cli/display.h"

#include <unistd.h>

#include "cli/bar_display.h"
#include "cli/json_display.h"
#include "cli/line_display.h"

namespace reflash::cli {
namespace {

std::string WhereText(const JobSnapshot& job) {
  if (job.bank.empty()) return "";
  return fmt::format(" (bank {}, {})", job.bank, job.committed ? "committed" : "not committed");
}

/// Why it failed goes to standard error; here stands where, and what the device holds now.
std::string FailureText(const JobSnapshot& job) {
  std::string text;
  if (job.failure && job.failure->phase != Phase::kIdle) {
    text += fmt::format(" while {}", PhaseWord(job.failure->phase));
  }
  if (!job.state.empty()) text += fmt::format("; {}", job.state);
  return text;
}

}  // namespace

std::string OutcomeText(const JobSnapshot& job) {
  const JobOutcome outcome = job.outcome.value_or(JobOutcome::kFailed);
  switch (outcome) {
    case JobOutcome::kUpdated:
      return fmt::format("updated {} -> {}{} in {:.1f} s",
                         job.from_version.empty() ? "?" : job.from_version,
                         job.version.empty() ? "?" : job.version, WhereText(job), job.seconds);
    case JobOutcome::kDownloaded:
      return fmt::format("loaded{}, not started, in {:.1f} s; {}",
                         job.bank.empty() ? "" : " into bank " + job.bank, job.seconds, job.state);
    case JobOutcome::kVerified:
      return fmt::format("{} is the image, compared in {:.1f} s",
                         job.bank.empty() ? "what it holds" : "bank " + job.bank, job.seconds);
    case JobOutcome::kUpToDate:
      return fmt::format("runs {} already", job.version);
    default:
      return fmt::format("{}{}", JobOutcomeWord(outcome), FailureText(job));
  }
}

std::unique_ptr<Display> Display::Make(const Output& output, const Scheduler& scheduler) {
  if (output.json()) return std::make_unique<JsonDisplay>(output, scheduler);
  if (::isatty(STDOUT_FILENO) == 1) return std::make_unique<BarDisplay>(scheduler);
  return std::make_unique<LineDisplay>(output);
}

}  // namespace reflash::cli
