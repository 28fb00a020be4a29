// SPDX-License-Identifier: Apache-2.0
#include "flash/update.h"

#include <utility>

namespace reflash {
namespace {

JobOutcome OutcomeOfError(const Error& error) {
  return error.code() == ErrorCode::kCanceled ? JobOutcome::kCanceled : JobOutcome::kFailed;
}

}  // namespace

std::vector<PlannedStep> Update::Plan(const Device& device, const DeviceInfo& before,
                                      const JobOptions& options, std::uint64_t image_bytes) {
  std::vector<Step> steps{Step::kPrepare, Step::kWrite, Step::kFinish};
  if (before.capabilities.read_back) steps.push_back(Step::kReadBack);
  if (before.capabilities.switches_banks && options.run) {
    steps.push_back(Step::kRun);
    if (options.commit) steps.push_back(Step::kCommit);
  }
  std::vector<PlannedStep> plan;
  plan.reserve(steps.size());
  for (const Step step : steps) plan.push_back({step, device.Estimate(step, image_bytes)});
  return plan;
}

Task<bool> Update::Execute() {
  const Result<JobOutcome> outcome = co_await Outcome(LoadAndActivate());
  if (!outcome && !job_.snapshot().failure) job_.Fail(outcome.error());

  Result<void> result;
  if (!outcome) result = Fail(outcome.error());
  const Result<void> cleaned = co_await Outcome(device_.Cleanup(job_, result));
  const bool reached = co_await LookAtTheEnd();
  if (outcome && !cleaned) {
    job_.Fail(cleaned.error());
    job_.End(JobOutcome::kFailed);
  } else {
    job_.End(outcome ? *outcome : OutcomeOfError(outcome.error()));
  }
  co_return reached&& cleaned.has_value();
}

Task<JobOutcome> Update::LoadAndActivate() {
  co_await Load();
  co_await CheckLoaded();
  if (!before_.capabilities.switches_banks) co_return JobOutcome::kUpdated;
  if (!job_.options().run) co_return JobOutcome::kDownloaded;
  co_return co_await Activate();
}

Task<void> Update::Load() {
  job_.BeginStep(Step::kPrepare);
  co_await device_.Prepare(job_);

  job_.BeginStep(Step::kWrite);
  const std::uint64_t size = job_.image().size();
  std::uint64_t offset = 0;
  while (offset < size) {
    if (job_.stop_token().stop_requested()) co_await Fail(ErrorCode::kCanceled, "canceled");
    offset += co_await device_.Write(job_, offset);
    job_.SetRemaining(size - offset);
    job_.Report(Phase::kWriting, offset, size, std::string(StepWords(Step::kWrite)));
  }

  job_.BeginStep(Step::kFinish);
  co_await device_.Finish(job_);
}

std::string Update::TargetBank() const {
  const Bank* const target = before_.IdleBank();
  return target == nullptr ? "" : target->name;
}

Result<void> Update::CheckVersion(const std::optional<Version>& found,
                                  std::string_view where) const {
  if (!wanted_ || found == wanted_) return {};
  return Fail(ErrorCode::kHwError, "{} {}; {} was expected", where,
              found ? found->ToString() : "an unknown version", wanted_->ToString());
}

Task<void> Update::CheckLoaded() {
  const DeviceInfo loaded = co_await device_.Inspect(job_.stop_token());
  if (!loaded.capabilities.switches_banks) {
    co_await CheckVersion(loaded.version, "the device now runs");
  }
  for (const Bank& bank : loaded.banks) {
    if (bank.name != TargetBank() || bank.running) continue;
    if (!bank.valid) {
      co_await Fail(ErrorCode::kHwError, "the device took the image, but bank {} is not valid",
                    bank.name);
    }
    co_await CheckVersion(bank.version, fmt::format("bank {} now holds", bank.name));
  }
  job_.snapshot_.bank = TargetBank();
  if (loaded.capabilities.read_back) {
    job_.BeginStep(Step::kReadBack);
    co_await device_.ReadBack(job_);
  }
}

Task<void> Update::CheckNotInUse() {
  if (job_.options().allow_in_use) co_return;
  const std::optional<std::string> use = co_await device_.InUse();
  if (use) {
    co_await Fail(ErrorCode::kBusy,
                  "the new image is loaded but was not started, since that cuts traffic: {}", *use);
  }
}

Task<JobOutcome> Update::Activate() {
  co_await CheckNotInUse();
  if (job_.stop_token().stop_requested()) co_return Fail(ErrorCode::kCanceled, "canceled");
  job_.PassPointOfNoReturn("the device is starting the new image");

  const Result<void> started = co_await Outcome(Start());
  if (!started) co_return co_await GoBack(started.error());
  if (job_.options().commit) co_await Commit();
  co_return JobOutcome::kUpdated;
}

Task<void> Update::Start() {
  job_.BeginStep(Step::kRun);
  co_await device_.Run(job_);
  co_await CheckStarted();
}

Task<void> Update::CheckStarted() {
  const DeviceInfo started = co_await device_.Inspect();
  const Bank* const running = started.RunningBank();
  if (running == nullptr || running->name != TargetBank()) {
    co_await Fail(ErrorCode::kHwError, "the device came up with its old image: {}",
                  started.DescribeBanks());
  }
  co_await CheckVersion(started.version, "the device came up with");
}

Task<void> Update::Commit() {
  job_.BeginStep(Step::kCommit);
  co_await device_.Commit(job_);
  const DeviceInfo committed = co_await device_.Inspect();
  const Bank* const running = committed.RunningBank();
  if (running == nullptr || !running->committed) {
    co_await Fail(ErrorCode::kHwError, "the device accepted the commit but does not show it: {}",
                  committed.DescribeBanks());
  }
}

Task<JobOutcome> Update::GoBack(Error reason) {
  job_.Fail(reason);
  job_.BeginStep(Step::kRollback);
  const Result<void> back = co_await Outcome(device_.Rollback(job_));
  if (back) co_return JobOutcome::kRolledBack;
  co_return Fail(std::move(reason));
}

Task<bool> Update::LookAtTheEnd() {
  const Result<DeviceInfo> now = co_await Outcome(device_.Inspect());
  JobSnapshot& snapshot = job_.snapshot_;
  if (!now) {
    snapshot.state = fmt::format("what the device holds now could not be read ({}); before, {}",
                                 now.error().Message(), before_.DescribeBanks());
    co_return false;
  }
  snapshot.state = now->DescribeBanks();
  snapshot.version = now->version ? now->version->ToString() : "";
  const Bank* const running = now->RunningBank();
  snapshot.committed = running != nullptr && running->committed;
  co_return true;
}

}  // namespace reflash
