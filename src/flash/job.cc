// SPDX-License-Identifier: Apache-2.0
#include "flash/job.h"

#include <utility>

#include "flash/admission.h"
#include "flash/device.h"

namespace reflash {

Job::Job(Scheduler& scheduler, std::string device_name, std::shared_ptr<Device> device,
         std::optional<ImageToLoad> image, JobOptions options)
    : scheduler_(scheduler),
      device_(std::move(device)),
      image_(std::move(image)),
      options_(options),
      begin_(scheduler.Now()),
      watchers_(scheduler) {
  snapshot_.device = std::move(device_name);
  snapshot_.hardware_address = device_->hardware_address();
  snapshot_.phase = Phase::kStarting;
  if (image_) {
    snapshot_.image_bytes = image_->image.size();
    snapshot_.remaining_bytes = image_->image.size();
  }
}

Job::~Job() = default;

void Job::Report(Phase phase, std::uint64_t done, std::uint64_t total, std::string words) {
  progress_.Advance(done, total);
  snapshot_.phase = phase;
  snapshot_.done = done;
  snapshot_.total = total;
  snapshot_.words = std::move(words);
  Changed();
}

void Job::BeginStep(Step step) {
  progress_.Begin(step, scheduler_.Now());
  Report(PhaseOf(step), 0, 0, std::string(StepWords(step)));
}

Result<void> Job::Cancel() {
  if (ended()) {
    return reflash::Fail(ErrorCode::kNotFound, "there is nothing to cancel: the job has ended");
  }
  if (no_return_) {
    return reflash::Fail(ErrorCode::kBusy, "cannot be stopped now: {}", *no_return_);
  }
  REFLASH_TRY_VOID(device_->Cancel(*this));
  stop_.request_stop();
  return {};
}

void Job::Fail(const Error& error) {
  snapshot_.failure = JobFailure{.code = error.code(),
                                 .phase = snapshot_.phase,
                                 .remaining_bytes = snapshot_.remaining_bytes,
                                 .message = error.Message()};
}

void Job::End(JobOutcome outcome) {
  snapshot_.outcome = outcome;
  snapshot_.phase = Phase::kIdle;
  snapshot_.words.clear();
  const bool succeeded = !snapshot_.failure.has_value();
  if (succeeded) progress_.Complete();
  Changed();
}

void Job::Changed() {
  const TimePoint now = scheduler_.Now();
  snapshot_.percent = progress_.Percent(now);
  snapshot_.eta_seconds = ended() ? std::nullopt : progress_.EtaSeconds(now);
  snapshot_.seconds = ToSeconds(now - begin_);
  ++changes_;
  watchers_.WakeAll();
  Publish();
}

void Job::Publish() {
  if (admission_) admission_->publication.Publish(snapshot_);
}

Task<std::optional<JobSnapshot>> Job::Watcher::Next(std::stop_token stop) {
  if (gave_last_) co_return std::nullopt;
  while (seen_ == job_->changes_) co_await job_->watchers_.Wait(stop);
  seen_ = job_->changes_;
  gave_last_ = job_->ended();
  co_return job_->snapshot_;
}

}  // namespace reflash
