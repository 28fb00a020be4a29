// SPDX-License-Identifier: Apache-2.0
#include "flash/update.h"

#include <tuple>
#include <utility>

#include "flash/admission.h"
#include "flash/admission_checks.h"

namespace reflash {

Update::Update(Job& job, const Ledger& ledger, Worker& journal_worker)
    : job_(job),
      device_(*job.device_),
      wanted_(job.admission_->wanted),
      expected_(job.admission_->before, wanted_, job.options().expect_version.has_value(),
                job.bank()),
      journal_(ledger, job.scheduler_, journal_worker, job) {}

std::vector<PlannedStep> Update::Plan(const Device& device, const DeviceInfo& before,
                                      const std::optional<Version>& wanted,
                                      const JobOptions& options, std::uint64_t image_bytes) {
  std::vector<Step> steps;
  if (options.only_verify) {
    steps = {Step::kReadBack};
  } else if (!Runs(before, wanted, options)) {
    steps = {Step::kPrepare, Step::kWrite, Step::kFinish};
    if (before.capabilities.read_back && options.read_back) steps.push_back(Step::kReadBack);
    if (before.capabilities.switches_banks && options.run) steps.push_back(Step::kRun);
  }
  const bool activates = before.capabilities.switches_banks && options.run && !options.only_verify;
  if (activates && options.commit) {
    steps.push_back(Step::kCommit);
  }
  std::vector<PlannedStep> plan;
  plan.reserve(steps.size());
  for (const Step step : steps) plan.push_back({step, device.Estimate(step, image_bytes)});
  return plan;
}

// The frame: whatever happens, the device is put in order and the job ends.

Task<void> Update::Execute() {
  const Result<JobOutcome> ended = co_await Outcome(Sequence());
  if (!ended) job_.Fail(ended.error());
  JobOutcome outcome = ended ? *ended : OutcomeOf(ended.error());

  job_.PassPointOfNoReturn("the job is at its end");
  Result<void> result;
  if (!ended) result = Fail(ended.error());
  const bool in_order = co_await CleanUp(result);
  if (!in_order && ended && outcome != JobOutcome::kRolledBack) outcome = JobOutcome::kFailed;

  const bool known = co_await LookAtTheEnd();
  Result<void> cleared;
  const bool forgotten = has_hold_ && in_order && known && (loaded_ || !inherits_entry_);
  if (forgotten) cleared = co_await Outcome(journal_.Clear());
  job_.End(outcome);
  co_await cleared;
}

JobOutcome Update::OutcomeOf(const Error& error) const {
  // A device that gives up by itself was not canceled by anybody.
  const bool asked_for = job_.stop_token().stop_requested();
  if (asked_for && error.code() == ErrorCode::kCanceled) return JobOutcome::kCanceled;
  return has_hold_ ? JobOutcome::kFailed : JobOutcome::kRefused;
}

Task<bool> Update::CleanUp(const Result<void>& result) {
  if (!prepare_entered_) co_return true;
  const Result<void> cleaned = co_await Outcome(device_.Cleanup(job_, result));
  if (!cleaned) {
    job_.Fail(Error(cleaned.error().code(), "the device could not be put back in order")
                  .Because(cleaned.error()));
  }
  co_return cleaned.has_value();
}

Task<bool> Update::LookAtTheEnd() {
  JobSnapshot& snapshot = job_.snapshot_;
  if (!has_hold_) {
    snapshot.state = before().DescribeBanks();
    co_return true;
  }
  const Result<DeviceInfo> now = co_await Outcome(device_.Inspect());
  if (!now) {
    snapshot.state = fmt::format("what the device holds now could not be read ({}); before, {}",
                                 now.error().Message(), before().DescribeBanks());
    co_return false;
  }
  snapshot.state = now->DescribeBanks();
  snapshot.version = now->version ? now->version->ToString() : "";
  snapshot.committed = now->RunningIsCommitted();
  co_return true;
}

Result<void> Update::CheckNotStopped() const {
  if (job_.stop_token().stop_requested()) return Fail(ErrorCode::kCanceled, "canceled");
  return {};
}

Result<void> Update::Begin(Step step) {
  REFLASH_TRY_VOID(CheckNotStopped());
  job_.BeginStep(step);
  return {};
}

// The steps.

Task<JobOutcome> Update::Sequence() {
  co_await TakeHold();
  if (Runs(before(), wanted_, job_.options())) {
    job_.SetRemaining(0);
    job_.StandsIn(before().RunningBank());
    co_await Commit();
    co_return JobOutcome::kUpdated;
  }
  co_await CommitRunning();
  co_await Load();
  co_await CheckLoaded();
  if (!before().capabilities.switches_banks) co_return JobOutcome::kUpdated;
  if (!job_.options().run) co_return JobOutcome::kDownloaded;
  co_return co_await Activate();
}

Task<void> Update::TakeHold() {
  co_await CheckNotStopped();
  if (LoadNeedsQuiet(before().capabilities, job_.options())) {
    const std::optional<std::string> use = co_await device_.InUse();
    if (use) co_await Fail(ErrorCode::kBusy, "in use: {}", *use);
  }
  inherits_entry_ = co_await journal_.IsThere();
  if (!inherits_entry_) {
    co_await journal_.Write(Phase::kPreparing, "the image was being loaded");
  }
  has_hold_ = true;
}

Task<void> Update::CommitRunning() {
  if (!LoadErasesCommitted(before(), job_.bank())) co_return;
  job_.Report(Phase::kPreparing, 0, 0, "committing the image that runs");
  co_await device_.Commit(job_);
  co_await Expectation::CheckCommitted(co_await device_.Inspect());
}

Task<void> Update::Load() {
  co_await Begin(Step::kPrepare);
  prepare_entered_ = true;
  co_await device_.Prepare(job_);
  co_await WriteImage();
  co_await Begin(Step::kFinish);
  co_await device_.Finish(job_);
}

Task<void> Update::WriteImage() {
  co_await Begin(Step::kWrite);
  const std::uint64_t size = job_.image().size();
  std::uint64_t offset = 0;
  while (offset < size) {
    co_await CheckNotStopped();
    offset += co_await device_.Write(job_, offset);
    job_.SetRemaining(size - offset);
    job_.Report(Phase::kWriting, offset, size, std::string(StepWords(Step::kWrite)));
  }
}

Task<void> Update::CheckLoaded() {
  const DeviceInfo loaded = co_await device_.Inspect(job_.stop_token());
  co_await expected_.CheckLoaded(loaded);
  loaded_ = true;
  job_.StandsIn(expected_.target());
  if (!loaded.capabilities.read_back || !job_.options().read_back) co_return;
  co_await Begin(Step::kReadBack);
  co_await device_.ReadBack(job_);
}

Task<JobOutcome> Update::Activate() {
  if (RunNeedsQuiet(job_.options())) {
    const std::optional<std::string> use = co_await device_.InUse();
    if (use) {
      co_return Fail(ErrorCode::kBusy,
                     "the new image is loaded but was not started, since that cuts traffic: {}",
                     *use);
    }
  }
  co_await Begin(Step::kRun);
  // What stands in the journal already sees to the repair; this only tells more.
  std::ignore =
      co_await Outcome(journal_.Write(Phase::kProgramming, "the new image was being started"));
  const Result<void> started = co_await Outcome(Start());
  if (!started) co_return co_await GoBack(started.error());
  if (job_.options().commit) co_await Commit();
  co_return JobOutcome::kUpdated;
}

Task<void> Update::Start() {
  co_await device_.Run(job_);
  co_await expected_.CheckStarted(co_await device_.Inspect());
}

Task<void> Update::Commit() {
  job_.BeginStep(Step::kCommit);
  co_await device_.Commit(job_);
  co_await Expectation::CheckCommitted(co_await device_.Inspect());
}

Task<JobOutcome> Update::GoBack(Error reason) {
  job_.Fail(reason);
  // It may never have left the old image, or have gone back by itself. To ask such a device to go
  // back would start the new one.
  if (co_await OldImageRuns()) co_return JobOutcome::kRolledBack;
  job_.BeginStep(Step::kRollback);
  const Result<void> back = co_await Outcome(device_.Rollback(job_));
  if (co_await OldImageRuns()) co_return JobOutcome::kRolledBack;
  Error failure(back ? ErrorCode::kHwError : back.error().code(), "going back failed");
  job_.Fail(back ? std::move(failure) : std::move(failure).Because(back.error()));
  co_return JobOutcome::kFailed;
}

Task<bool> Update::OldImageRuns() {
  const Result<DeviceInfo> now = co_await Outcome(device_.Inspect());
  co_return now&& expected_.OldImageRuns(*now);
}

}  // namespace reflash
