// SPDX-License-Identifier: Apache-2.0
#include "flash/engine.h"

#include <set>
#include <utility>

#include "flash/admission.h"
#include "flash/admission_checks.h"
#include "flash/bank_step.h"
#include "flash/patient_claim.h"
#include "flash/update.h"
#include "flash/verification.h"

namespace reflash {
namespace {

/// Refuses an update that would cut somebody's traffic.
Task<void> CheckNotInUse(Device& device, const Capabilities& capabilities, JobOptions options) {
  const bool for_load = LoadNeedsQuiet(capabilities, options);
  const bool for_run = options.run && RunNeedsQuiet(options);
  if (!for_load && !for_run) co_return;
  const std::optional<std::string> use = co_await device.InUse();
  if (!use) co_return;
  co_await Fail(ErrorCode::kBusy, "in use: {} ({})", *use,
                for_load ? "--allow-in-use to do it anyway" : "--no-run to load beside it");
}

}  // namespace

Engine::Engine(Scheduler& scheduler, Ledger& ledger, Notice notice)
    : scheduler_(scheduler), ledger_(ledger), notice_(std::move(notice)) {}

Engine::~Engine() = default;

Result<void> Engine::Register(std::string name, std::unique_ptr<Device> device) {
  if (name.empty()) return Fail(ErrorCode::kInvalidArgument, "a device needs a name");
  const bool complete = device && !device->kind().empty() && !device->hardware_address().empty();
  if (!complete) {
    return Fail(ErrorCode::kInvalidArgument, "a device needs a kind and a hardware address");
  }
  if (devices_.contains(name)) {
    return Fail(ErrorCode::kInvalidArgument, "there is a device '{}' already", name);
  }
  devices_.emplace(
      name, std::make_shared<RegisteredDevice>(scheduler_, name, FreeNumber(), std::move(device)));
  return {};
}

unsigned Engine::FreeNumber() const {
  std::set<unsigned> taken;
  for (const auto& [name, device] : devices_) taken.insert(device->number);
  unsigned number = 0;
  while (taken.contains(number)) ++number;
  return number;
}

std::optional<unsigned> Engine::NumberOf(const std::string& name) const {
  const auto found = devices_.find(name);
  if (found == devices_.end()) return std::nullopt;
  return found->second->number;
}

Result<std::shared_ptr<RegisteredDevice>> Engine::Find(const std::string& name) const {
  const auto found = devices_.find(name);
  if (found == devices_.end()) return Fail(ErrorCode::kNotFound, "no such device");
  if (found->second->leaving) return Fail(ErrorCode::kBusy, "the device is being removed");
  return found->second;
}

std::string_view Engine::KindOf(const std::string& name) const {
  const auto found = devices_.find(name);
  return found == devices_.end() ? "" : found->second->device->kind();
}

Task<void> Engine::Unregister(std::string name, bool force) {
  const auto found = devices_.find(name);
  if (found == devices_.end()) co_await Fail(ErrorCode::kNotFound, "no such device");
  const std::shared_ptr<RegisteredDevice> device = found->second;
  device->leaving = true;
  if (const std::shared_ptr<Job> job = device->job.lock(); job && !job->ended()) {
    const Result<void> asked = job->Cancel();
    if (!asked) notice_(name, asked.error().Message());
  }
  if (force) device->given_up = true;
  if (force) device->all_left.WakeAll();
  while (device->visits > 0 && !device->given_up) co_await device->all_left.Wait();
  // Another one who waited may have forgotten it, and the name be taken again.
  const auto left = devices_.find(name);
  if (left != devices_.end() && left->second == device) devices_.erase(left);
}

Task<Claim> Engine::ClaimFor(const RegisteredDevice& device, std::string_view purpose,
                             std::stop_token stop) const {
  return ClaimPatiently(scheduler_, ledger_, device.device->hardware_address(), device.name,
                        std::string(purpose), std::move(stop));
}

Task<Inspection> Engine::Inspect(std::string name, std::stop_token stop) {
  const std::shared_ptr<RegisteredDevice> registered = co_await Find(name);
  const Visit visit(registered);
  Result<Claim> claim = co_await Outcome(ClaimFor(*registered, kInspecting, stop));
  if (!claim && claim.error().code() == ErrorCode::kBusy) {
    co_return Inspection::OfHeld(*registered, ledger_, claim.error());
  }
  if (!claim) co_return Fail(claim.error());
  Device& device = *registered->device;
  const std::shared_ptr<Job> job = MakeStepJob(*registered, {});
  co_await UpdateJournal::Repair(ledger_, device, *job, notice_);
  co_return Inspection{
      .kind = device.kind(), .info = co_await device.Inspect(stop), .published = std::nullopt};
}

Task<std::shared_ptr<Job>> Engine::Admit(std::string name, ImageToLoad image, JobOptions options,
                                         std::stop_token stop) {
  std::shared_ptr<RegisteredDevice> device = co_await Find(name);
  const Visit visit(device);
  Claim claim = co_await ClaimFor(*device, kFlashing, stop);
  co_return co_await AdmitClaimed(std::move(device), std::move(claim), std::move(image), options,
                                  stop);
}

Task<std::shared_ptr<Job>> Engine::AdmitClaimed(std::shared_ptr<RegisteredDevice> registered,
                                                Claim claim, ImageToLoad image, JobOptions options,
                                                std::stop_token stop) {
  Device& device = *registered->device;
  const std::shared_ptr<Job> repair = MakeStepJob(*registered, options);
  co_await UpdateJournal::Repair(ledger_, device, *repair, notice_);
  const DeviceInfo before = co_await device.Inspect(stop);
  co_await CheckAdmission(image, options, device.kind(), before);
  const LoadPlan plan = co_await device.PlanLoad(image.image, options, before);
  co_await CheckPlan(plan, options);
  options = OptionsFor(std::move(options), plan, before.capabilities);
  const std::optional<Version> wanted = WantedVersion(image, options, plan);
  const bool to_load = !options.only_verify && !Runs(before, wanted, options);
  if (to_load) co_await CheckNotInUse(device, before.capabilities, options);
  if (registered->leaving) co_return Fail(ErrorCode::kBusy, "the device is being removed");
  if (to_load && LoadErasesCommitted(before, plan.bank)) {
    notice_(registered->name,
            fmt::format("{}; what runs is committed first, since the load erases what boots",
                        before.DescribeBanks()));
  }

  auto job = std::make_shared<Job>(scheduler_, registered->name, registered->device,
                                   std::move(image), std::move(options));
  job->SetFound(before);
  job->bank_ = plan.bank;
  if (IsUpToDate(before, wanted, job->options())) {
    job->EndUpToDate(before);
    co_return job;
  }
  job->Plan(Update::Plan(device, before, wanted, job->options(), job->image().size()));
  registered->job = job;
  auto admission = std::make_unique<Admission>(scheduler_, ledger_, pace_, std::move(claim));
  admission->device = std::move(registered);
  admission->before = before;
  admission->plan = plan;
  admission->wanted = wanted;
  job->Admit(std::move(admission));
  co_return job;
}

Task<void> Engine::Execute(std::shared_ptr<Job> job) {
  if (!journal_worker_) journal_worker_ = scheduler_.StartWorker();
  return ExecuteAdmitted(std::move(job), ledger_, journal_worker_, notice_);
}

Task<void> Engine::ExecuteAdmitted(std::shared_ptr<Job> job, const Ledger& ledger,
                                   std::shared_ptr<Worker> journal_worker, Notice notice) {
  if (job->ended()) co_return;
  const Visit visit(job->admission_->device);
  job->Begin();
  Result<void> cleared;
  if (job->options().only_verify) {
    co_await Verification(*job).Execute();
  } else {
    Update update(*job, ledger, *journal_worker);
    cleared = co_await Outcome(update.Execute());
  }
  job->admission_.reset();
  if (!cleared) notice(job->snapshot().device, cleared.error().Message());
}

std::shared_ptr<Job> Engine::MakeStepJob(const RegisteredDevice& device, JobOptions options) const {
  return std::make_shared<Job>(scheduler_, device.name, device.device, std::nullopt,
                               std::move(options));
}

Task<DeviceInfo> Engine::Perform(std::string name, Step step, JobOptions options,
                                 std::stop_token stop) {
  if (!BankStep::Exists(step)) {
    co_return Fail(ErrorCode::kInvalidArgument, "'{}' is no step that stands by itself",
                   StepName(step));
  }
  if (stop.stop_requested()) co_return Fail(ErrorCode::kCanceled, "canceled");
  const std::shared_ptr<RegisteredDevice> registered = co_await Find(name);
  const Visit visit(registered);
  const Claim claim = co_await ClaimFor(*registered, StepName(step), stop);
  const std::shared_ptr<Job> job = MakeStepJob(*registered, options);
  registered->job = job;
  const std::stop_callback on_stop(stop, [this, &job, &name] {
    const Result<void> canceled = job->Cancel();
    if (!canceled) notice_(name, canceled.error().Message());
  });
  co_await UpdateJournal::Repair(ledger_, *registered->device, *job, notice_);
  BankStep bank_step(*job, step);
  co_return co_await bank_step.Execute();
}

}  // namespace reflash
