// SPDX-License-Identifier: Apache-2.0
#include "flash/bank_step.h"

#include <algorithm>
#include <array>

#include "flash/admission_checks.h"
#include "flash/expectation.h"

namespace reflash {
namespace {

struct Row {
  Step step;
  Task<void> (Device::*perform)(Job& job);
};

constexpr std::array kRows{
    Row{Step::kRun, &Device::Run},
    Row{Step::kCommit, &Device::Commit},
    Row{Step::kRollback, &Device::Rollback},
    Row{Step::kAbort, &Device::Abort},
};

}  // namespace

bool BankStep::Exists(Step step) {
  return std::ranges::any_of(kRows, [step](const Row& row) { return row.step == step; });
}

Task<DeviceInfo> BankStep::Execute() {
  const Result<DeviceInfo> before = co_await Outcome(device_.Inspect(job_.stop_token()));
  if (!before && !is_rescue()) co_await Fail(before.error());
  co_await CheckAllowed(before);
  co_await Perform();
  DeviceInfo after = co_await device_.Inspect();
  co_await CheckDone(before, after);
  const bool lasts = step_ != Step::kRollback || after.RunningIsCommitted();
  if (lasts) co_return after;
  co_return co_await CommitRollback();
}

Task<DeviceInfo> BankStep::CommitRollback() {
  job_.BeginStep(Step::kCommit);
  co_await device_.Commit(job_);
  DeviceInfo after = co_await device_.Inspect();
  co_await Expectation::CheckCommitted(after);
  co_return after;
}

Result<void> BankStep::CheckBank(const DeviceInfo& before) const {
  const std::string& name = job_.bank();
  if (step_ != Step::kRun || name.empty()) return {};
  const Bank* const bank = before.FindBank(name);
  if (bank == nullptr) {
    return Fail(ErrorCode::kInvalidArgument, "there is no bank '{}': {}", name,
                before.DescribeBanks());
  }
  if (bank == before.IdleBank() || before.capabilities.runs_any_bank) return {};
  return Fail(ErrorCode::kNotSupported, "the device starts only the bank that does not run: {}",
              before.DescribeBanks());
}

Task<void> BankStep::CheckAllowed(const Result<DeviceInfo>& before) {
  const JobOptions& options = job_.options();
  if (before) co_await CheckBank(*before);
  const bool hitless = step_ == Step::kRun && options.hitless;
  if (hitless && !before->capabilities.hitless) {
    co_await Fail(ErrorCode::kNotSupported, "the device does not offer a hitless start");
  }
  const bool needs_quiet = step_ == Step::kRun ? RunNeedsQuiet(options) : !options.allow_in_use;
  if (switches() && needs_quiet) {
    const std::optional<std::string> use = co_await device_.InUse();
    if (use) co_await Fail(ErrorCode::kBusy, "in use: {} (--allow-in-use to do it anyway)", *use);
  }
  if (job_.stop_token().stop_requested()) co_await Fail(ErrorCode::kCanceled, "canceled");
}

Task<void> BankStep::Perform() {
  job_.BeginStep(step_);
  const auto* const row = std::ranges::find(kRows, step_, &Row::step);
  return (device_.*row->perform)(job_);
}

Result<void> BankStep::CheckDone(const Result<DeviceInfo>& before, const DeviceInfo& after) const {
  if (step_ == Step::kCommit) return Expectation::CheckCommitted(after);
  if (!switches() || !before) return {};
  if (before->capabilities.single_bank || !before->capabilities.tells_running_bank) return {};
  const Bank* const old = before->RunningBank();
  const Bank* const running = after.RunningBank();
  const std::string& named = job_.bank();
  if (!named.empty() && (running == nullptr || running->name != named)) {
    return Fail(ErrorCode::kHwError, "the device does not run bank {}: {}", named,
                after.DescribeBanks());
  }
  // What a Run starts where nobody named a bank, the driver knows: it may be the one that runs.
  if (step_ == Step::kRun && before->capabilities.runs_any_bank) return {};
  if (running != nullptr && old != nullptr && running->name == old->name) {
    return Fail(ErrorCode::kHwError, "the device still runs the same image: {}",
                after.DescribeBanks());
  }
  return {};
}

}  // namespace reflash
