// SPDX-License-Identifier: Apache-2.0
#include "cli/flash_run.h"

#include <algorithm>
#include <utility>

#include "async/task_group.h"
#include "cli/confirmation.h"

namespace reflash::cli {
namespace {

JobSnapshot Refused(const std::string& device, const ImageToLoad& image, const Error& error) {
  const bool canceled = error.code() == ErrorCode::kCanceled;
  JobSnapshot job;
  job.device = device;
  job.image_bytes = image.image.size();
  job.remaining_bytes = image.image.size();
  job.outcome = canceled ? JobOutcome::kCanceled : JobOutcome::kRefused;
  job.failure = JobFailure{.code = error.code(),
                           .phase = Phase::kIdle,
                           .remaining_bytes = job.remaining_bytes,
                           .message = error.Message()};
  return job;
}

bool WasRefused(const JobSnapshot& job) {
  return job.outcome == JobOutcome::kRefused || job.outcome == JobOutcome::kCanceled;
}

}  // namespace

bool HasFailed(const JobSnapshot& job) {
  return job.outcome == JobOutcome::kFailed || job.outcome == JobOutcome::kRolledBack;
}

Task<std::vector<JobSnapshot>> FlashRun::Run(std::vector<Assignment> assignments,
                                             std::stop_token stop) {
  for (Assignment& assignment : assignments) {
    items_.push_back({.assignment = std::move(assignment), .job = nullptr, .last = {}});
  }
  co_await AdmitAll(stop);
  const bool refused =
      std::ranges::any_of(items_, [](const Item& item) { return WasRefused(item.last); });
  if (refused && !options_.keep_going) RefuseOthers();
  const std::stop_callback on_stop(stop, [this] { CancelAll(); });
  const bool agreed = options_.dry_run || co_await IsAgreedTo();
  if (!agreed) GiveUp();
  if (!options_.dry_run) co_await ExecuteAll();

  std::vector<JobSnapshot> results;
  results.reserve(items_.size());
  for (const Item& item : items_) results.push_back(item.last);
  co_return results;
}

Task<void> FlashRun::AdmitAll(std::stop_token stop) {
  TaskGroup admissions(scheduler_);
  for (Item& item : items_) admissions.Spawn(Admit(item, stop));
  co_await admissions.Wait();
}

Task<void> FlashRun::Admit(Item& item, std::stop_token stop) {
  const Assignment& assignment = item.assignment;
  Result<std::shared_ptr<Job>> job = co_await Outcome(
      engine_.Admit(assignment.device, assignment.image, assignment.options, std::move(stop)));
  if (!job) {
    Finish(item, Refused(assignment.device, assignment.image, job.error()));
  } else if ((*job)->ended()) {
    Finish(item, (*job)->snapshot());
  } else {
    item.job = *std::move(job);
    item.last = item.job->snapshot();
  }
}

void FlashRun::Finish(Item& item, JobSnapshot last) {
  item.last = std::move(last);
  item.job.reset();
  display_.Show(item.last);
}

Task<bool> FlashRun::IsAgreedTo() {
  if (!options_.confirm) co_return true;
  std::vector<Deed> deeds;
  for (const Item& item : items_) {
    const std::string what = item.job ? item.job->irreversible() : "";
    if (!what.empty()) deeds.push_back({.what = what, .device = item.assignment.device});
  }
  co_return deeds.empty() || co_await options_.confirm(Question(deeds));
}

void FlashRun::GiveUp() {
  for (Item& item : items_) {
    if (!item.job) continue;
    const Error error(ErrorCode::kCanceled, "nothing was done (--yes to do it unasked)");
    Finish(item, Refused(item.assignment.device, item.assignment.image, error));
  }
}

void FlashRun::RefuseOthers() {
  for (Item& item : items_) {
    if (!item.job) continue;
    RefuseUnbegun(item,
                  "not begun, since another device was refused "
                  "(--keep-going to update it all the same)");
  }
}

/// Ends an admitted job that was not begun because of others.
void FlashRun::RefuseUnbegun(Item& item, std::string_view why) {
  const Error error(ErrorCode::kCanceled, std::string(why));
  JobSnapshot last = Refused(item.assignment.device, item.assignment.image, error);
  last.outcome = JobOutcome::kRefused;
  last.from_version = item.last.from_version;
  last.version = item.last.version;
  Finish(item, std::move(last));
}

Task<void> FlashRun::ExecuteAll() {
  const std::size_t most = options_.at_once == 0 ? items_.size() : options_.at_once;
  TaskGroup workers(scheduler_);
  for (std::size_t index = 0; index < std::min(most, items_.size()); ++index) {
    workers.Spawn(ExecuteSome());
  }
  co_await workers.Wait();
}

Task<void> FlashRun::ExecuteSome() {
  while (next_ < items_.size()) {
    Item& item = items_[next_++];
    if (!item.job) continue;
    if (TooManyFailed()) {
      RefuseUnbegun(item, fmt::format("not begun, since {} failed before it (--max-failures {})",
                                      failures_, options_.max_failures));
      continue;
    }
    co_await Execute(item);
    if (HasFailed(item.last)) ++failures_;
  }
}

bool FlashRun::TooManyFailed() const {
  return options_.max_failures > 0 && failures_ >= options_.max_failures;
}

Task<void> FlashRun::Execute(Item& item) {
  TaskGroup group(scheduler_);
  group.Spawn(Follow(item));
  group.Spawn(engine_.Execute(item.job));
  co_await Outcome(group.Wait());
  item.job.reset();
}

Task<void> FlashRun::Follow(Item& item) {
  Job::Watcher watcher = Job::Watch(item.job);
  while (std::optional<JobSnapshot> picture = co_await watcher.Next()) {
    item.last = *std::move(picture);
    display_.Show(item.last);
  }
}

void FlashRun::CancelAll() {
  for (const Item& item : items_) {
    if (!item.job) continue;
    const Result<void> canceled = item.job->Cancel();
    if (!canceled) output_.PrintNotice(item.assignment.device, canceled.error().Message());
  }
}

}  // namespace reflash::cli
