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
      options_(std::move(options)),
      bank_(options_.bank),
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

Job::~Job() {
  if (admission_ && !begun_) EndUnbegun("was given up before it began");
}

void Job::SetFound(const DeviceInfo& before) {
  snapshot_.from_version = before.version ? before.version->ToString() : "";
  snapshot_.version = snapshot_.from_version;
  snapshot_.committed = before.RunningIsCommitted();
}

void Job::Admit(std::unique_ptr<Admission> admission) {
  admission_ = std::move(admission);
  Changed();
}

std::string Job::irreversible() const {
  if (!admission_ || options_.only_verify) return "";
  const bool loses_image = admission_->before.capabilities.single_bank;
  return loses_image ? "overwrite the only image of" : admission_->plan.irreversible;
}

void Job::Begin() {
  assert(!begun_ && "a job is executed once");
  begun_ = true;
  begin_ = scheduler_.Now();
  Changed();
}

void Job::Report(Phase phase, std::uint64_t done, std::uint64_t total, std::string words) {
  progress_.Advance(done, total, scheduler_.Now());
  snapshot_.phase = phase;
  snapshot_.done = done;
  snapshot_.total = total;
  snapshot_.words = std::move(words);
  Changed();
}

void Job::BeginStep(Step step) {
  device_at_work_ = true;
  no_return_.reset();
  const std::string words(StepWords(step));
  if (CannotBeStopped(step)) PassPointOfNoReturn("the device is " + words);
  progress_.Begin(step, scheduler_.Now());
  Report(PhaseOf(step), 0, 0, words);
}

Result<void> Job::Cancel() {
  if (ended()) {
    return reflash::Fail(ErrorCode::kNotFound, "there is nothing to cancel: the job has ended");
  }
  if (no_return_) {
    return reflash::Fail(ErrorCode::kBusy, "cannot be stopped now: {}", *no_return_);
  }
  if (stop_.stop_requested()) return {};
  if (admission_ && !begun_) {
    stop_.request_stop();
    EndUnbegun("canceled before it began");
    return {};
  }
  const Result<void> asked = device_at_work_ ? device_->Cancel(*this) : Result<void>{};
  if (!asked) {
    return reflash::Fail(
        Error(asked.error().code(), "cannot be stopped now").Because(asked.error()));
  }
  stop_.request_stop();
  return {};
}

void Job::Fail(const Error& error) {
  if (snapshot_.failure) {
    snapshot_.failure->message += "; then " + error.Message();
    return;
  }
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

void Job::EndUpToDate(const DeviceInfo& before) {
  StandsIn(before.RunningBank());
  SetRemaining(0);
  End(JobOutcome::kUpToDate);
}

void Job::EndUnbegun(std::string_view why) {
  Fail(Error(ErrorCode::kCanceled, std::string(why)));
  End(JobOutcome::kCanceled);
  admission_.reset();
}

void Job::Changed() {
  const TimePoint now = scheduler_.Now();
  snapshot_.percent = progress_.Percent(now);
  snapshot_.eta_seconds = ended() ? std::nullopt : progress_.EtaSeconds(now);
  snapshot_.seconds = ToSeconds(now - begin_);
  ++changes_;
  watchers_.WakeAll();
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
