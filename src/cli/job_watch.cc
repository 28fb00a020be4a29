// SPDX-License-Identifier: Apache-2.0
#include "cli/job_watch.h"

#include <algorithm>

#include "flash/patient_claim.h"

namespace reflash::cli {
namespace {

/// Whether its process works on it. Who only looks at the device has a claim for a moment too, and
/// whose claim we may not read is given the benefit of the doubt.
bool IsRunning(const PublishedJob& job) {
  if (job.snapshot.outcome || !job.holder) return false;
  return job.holder->purpose.empty() || job.holder->purpose == kFlashing;
}

/// The last picture of a job that cannot give one any more.
JobSnapshot Died(JobSnapshot job, pid_t pid) {
  const std::string process = pid == 0 ? "its process" : fmt::format("its process {}", pid);
  job.outcome = JobOutcome::kFailed;
  job.failure =
      JobFailure{.code = ErrorCode::kCanceled,
                 .phase = job.phase,
                 .remaining_bytes = job.remaining_bytes,
                 .message = process +
                            " is gone and has not ended it; the next command on the device says "
                            "what was left, and repairs it"};
  job.phase = Phase::kIdle;
  job.eta_seconds.reset();
  return job;
}

}  // namespace

Task<std::vector<JobSnapshot>> JobWatch::Run(std::stop_token stop) {
  co_await Look();
  looked_before_ = true;
  while (!AllEnded()) {
    co_await scheduler_.Sleep(kInterval, stop);
    co_await Look();
  }
  std::vector<JobSnapshot> jobs;
  jobs.reserve(jobs_.size());
  for (const auto& [address, watched] : jobs_) jobs.push_back(watched.last);
  co_return jobs;
}

Result<void> JobWatch::Look() {
  for (const PublishedJob& job : REFLASH_TRY(ledger_.ListSnapshots())) {
    if (wanted_(job.snapshot.device)) LookAt(job);
  }
  return {};
}

void JobWatch::LookAt(const PublishedJob& job) {
  const auto found = jobs_.find(job.snapshot.hardware_address);
  const bool followed = found != jobs_.end() && !found->second.last.outcome;
  if (!followed && !IsRunning(job) && !LeftUnrepaired(job)) return;
  Watched& watched = jobs_[job.snapshot.hardware_address];
  if (IsRunning(job)) watched.pid = job.holder->pid;
  const bool died = !job.snapshot.outcome && !IsRunning(job);
  Show(watched, died ? Died(job.snapshot, watched.pid) : job.snapshot);
}

/// Whether a job had died before we came, and what it left is still to be repaired.
bool JobWatch::LeftUnrepaired(const PublishedJob& job) const {
  if (looked_before_ || !job.Died()) return false;
  const auto entry = ledger_.Find(job.snapshot.hardware_address);
  return entry && *entry;
}

void JobWatch::Show(Watched& watched, const JobSnapshot& picture) {
  if (watched.last == picture) return;
  watched.last = picture;
  display_.Show(picture);
}

bool JobWatch::AllEnded() const {
  return std::ranges::all_of(
      jobs_, [](const auto& entry) { return entry.second.last.outcome.has_value(); });
}

}  // namespace reflash::cli
