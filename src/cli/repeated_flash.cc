// SPDX-License-Identifier: Apache-2.0
#include "cli/repeated_flash.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cli/job_errors.h"

namespace reflash::cli {
namespace {

/// Shows jobs on another display, and measures them.
class MeasuringDisplay : public Display {
 public:
  MeasuringDisplay(Display& shown, FlashStatistics& statistics)
      : shown_(shown), statistics_(statistics) {}

  void Show(const JobSnapshot& job) override {
    statistics_.Add(job);
    shown_.Show(job);
  }

 private:
  Display& shown_;
  FlashStatistics& statistics_;
};

bool WasRefused(const JobSnapshot& job) { return job.outcome == JobOutcome::kRefused; }

}  // namespace

Task<std::vector<JobSnapshot>> RepeatedFlash::Run(std::vector<Assignment> assignments,
                                                  std::stop_token stop) {
  for (Assignment& assignment : assignments) assignment.options.rewrite = true;
  co_await AskAdvertised(assignments, stop);
  std::vector<JobSnapshot> all;
  for (std::size_t run = 0; run < times_ && !stop.stop_requested(); ++run) {
    std::vector<JobSnapshot> jobs = co_await RunOnce(assignments, stop);
    const bool goes_on = GoesOn(jobs);
    std::ranges::move(jobs, std::back_inserter(all));
    if (!goes_on) break;
    options_.keep_going = true;
    options_.confirm = nullptr;  // it was agreed to
  }
  co_return all;
}

/// A device that cannot be looked at now is refused with its reason later.
Task<void> RepeatedFlash::AskAdvertised(const std::vector<Assignment>& assignments,
                                        std::stop_token stop) {
  for (const Assignment& assignment : assignments) {
    const Result<Inspection> seen = co_await Outcome(engine_.Inspect(assignment.device, stop));
    if (seen && seen->info) statistics_.SetAdvertised(assignment.device, *seen->info);
  }
}

Task<std::vector<JobSnapshot>> RepeatedFlash::RunOnce(std::vector<Assignment> assignments,
                                                      std::stop_token stop) {
  MeasuringDisplay display(display_, statistics_);
  FlashRun run(scheduler_, engine_, output_, display, options_);
  std::vector<JobSnapshot> jobs = co_await run.Run(std::move(assignments), std::move(stop));
  PrintErrors(output_, jobs);
  co_return jobs;
}

/// Whether another run makes sense after one that ended like this.
bool RepeatedFlash::GoesOn(const std::vector<JobSnapshot>& jobs) {
  const bool any_refused = std::ranges::any_of(jobs, WasRefused);
  if (any_refused && !options_.keep_going) return false;
  if (std::ranges::all_of(jobs, WasRefused)) return false;
  if (options_.max_failures == 0) return true;
  const auto failures = static_cast<std::size_t>(std::ranges::count_if(jobs, HasFailed));
  if (failures >= options_.max_failures) return false;
  options_.max_failures -= failures;
  return true;
}

}  // namespace reflash::cli
