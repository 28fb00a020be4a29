// SPDX-License-Identifier: Apache-2.0
#include "flash/engine.h"

#include <unistd.h>

#include <utility>

#include "flash/admission.h"
#include "flash/admission_checks.h"
#include "flash/update.h"

namespace reflash {
namespace {

/// The purpose of a claim that lasts for one look; others wait for its end.
constexpr std::string_view kInspecting = "inspect";
constexpr Duration kLookTakesAtMost = std::chrono::seconds(5);
constexpr Duration kRetryInterval = std::chrono::milliseconds(10);

bool CutsTraffic(Step step) { return step == Step::kRun || step == Step::kRollback; }

Task<void> Do(Device& device, Step step, Job& job) {
  switch (step) {
    case Step::kRun:
      return device.Run(job);
    case Step::kCommit:
      return device.Commit(job);
    case Step::kRollback:
      return device.Rollback(job);
    default:
      return device.Abort(job);
  }
}

}  // namespace

struct Engine::Entry {
  Entry(Scheduler& scheduler, std::string device_name, std::shared_ptr<Device> owned)
      : name(std::move(device_name)), device(std::move(owned)), job_ended(scheduler) {}

  std::string name;
  std::shared_ptr<Device> device;
  std::shared_ptr<Job> executing;
  bool leaving = false;
  WaitingLine job_ended;
};

Engine::Engine(Scheduler& scheduler, Ledger& ledger, Notice notice)
    : scheduler_(scheduler), ledger_(ledger), notice_(std::move(notice)) {}

Engine::~Engine() = default;

Result<void> Engine::Register(std::string name, std::unique_ptr<Device> device) {
  if (name.empty()) return Fail(ErrorCode::kInvalidArgument, "a device needs a name");
  auto entry = std::make_shared<Entry>(scheduler_, name, std::move(device));
  const bool added = entries_.try_emplace(name, std::move(entry)).second;
  if (!added) return Fail(ErrorCode::kInvalidArgument, "there is a device '{}' already", name);
  return {};
}

Result<std::shared_ptr<Engine::Entry>> Engine::Find(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return Fail(ErrorCode::kNotFound, "no such device");
  if (found->second->leaving) return Fail(ErrorCode::kBusy, "the device is being removed");
  return found->second;
}

std::string_view Engine::KindOf(const std::string& name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? "" : found->second->device->kind();
}

Task<void> Engine::Unregister(std::string name, bool force) {
  const std::shared_ptr<Entry> entry = co_await Find(name);
  entry->leaving = true;
  if (entry->executing) {
    const Result<void> asked = entry->executing->Cancel();
    if (!asked) notice_(name, asked.error().Message());
  }
  while (entry->executing && !force) co_await entry->job_ended.Wait();
  entries_.erase(name);
}

Task<Claim> Engine::AcquireClaim(Entry& entry, std::string purpose, std::stop_token stop) {
  const TimePoint give_up = scheduler_.Now() + kLookTakesAtMost;
  const std::string& address = entry.device->hardware_address();
  while (true) {
    Result<Claim> claim = ledger_.TryClaim(address, entry.name, purpose);
    if (claim || claim.error().code() != ErrorCode::kBusy) co_return claim;
    const std::optional<Holder> holder = ledger_.FindHolder(address);
    const bool passing = !holder || holder->purpose == kInspecting;
    if (!passing || scheduler_.Now() >= give_up) co_return claim;
    co_await scheduler_.Sleep(kRetryInterval, stop);
  }
}

Task<void> Engine::Repair(Entry& entry) {
  const std::string& address = entry.device->hardware_address();
  const std::optional<JournalEntry> left = co_await ledger_.Find(address);
  if (!left) co_return;
  notice_(entry.name, fmt::format("an update with {} that began at {} was interrupted; "
                                  "ending what it left open",
                                  left->image_name, left->begun_at));
  const auto job =
      std::make_shared<Job>(scheduler_, entry.name, entry.device, std::nullopt, JobOptions{});
  co_await entry.device->Abort(*job);
  co_await ledger_.Clear(address);
}

Task<Inspection> Engine::Inspect(std::string name, std::stop_token stop) {
  const std::shared_ptr<Entry> entry = co_await Find(name);
  const std::string& address = entry->device->hardware_address();
  Result<Claim> claim = co_await Outcome(AcquireClaim(*entry, std::string(kInspecting), stop));
  if (claim) {
    co_await Repair(*entry);
    co_return Inspection{.kind = entry->device->kind(),
                         .info = co_await entry->device->Inspect(stop),
                         .published = std::nullopt};
  }
  if (claim.error().code() != ErrorCode::kBusy) co_return Fail(claim.error());
  Result<std::optional<JobSnapshot>> published = ledger_.ReadSnapshot(address);
  if (!published || !*published) co_return Fail(claim.error());
  co_return Inspection{
      .kind = entry->device->kind(), .info = std::nullopt, .published = *std::move(published)};
}

Task<std::shared_ptr<Job>> Engine::Admit(std::string name, ImageToLoad image, JobOptions options,
                                         std::stop_token stop) {
  const std::shared_ptr<Entry> entry = co_await Find(name);
  Device& device = *entry->device;
  Claim claim = co_await AcquireClaim(*entry, "flash", stop);
  co_await Repair(*entry);
  DeviceInfo before = co_await device.Inspect(stop);
  co_await CheckAdmission(image, options, device.kind(), before);
  const std::optional<Version> wanted = WantedVersion(image, options);

  auto job = std::make_shared<Job>(scheduler_, name, entry->device, std::move(image), options);
  job->snapshot_.from_version = before.version ? before.version->ToString() : "";
  job->snapshot_.version = job->snapshot_.from_version;
  job->Plan(Update::Plan(device, before, options, job->image().size()));
  const Bank* const running = before.RunningBank();
  job->snapshot_.committed = running == nullptr || running->committed;
  const bool up_to_date = wanted && before.version == wanted && job->snapshot_.committed;
  if (up_to_date && !options.force) {
    job->snapshot_.bank = running == nullptr ? "" : running->name;
    job->snapshot_.remaining_bytes = 0;
    job->End(JobOutcome::kUpToDate);
    co_return job;
  }
  if (options.run && !options.allow_in_use) {
    const std::optional<std::string> use = co_await device.InUse();
    if (use) co_return Fail(ErrorCode::kBusy, "in use: {} (--no-run to load beside it)", *use);
  }
  job->admission_ = std::make_unique<Admission>(Publication(scheduler_, ledger_, std::move(claim)),
                                                std::move(before), wanted);
  co_return job;
}

Result<void> Engine::BeginJournal(const Job& job) const {
  return ledger_.Begin(JournalEntry{
      .hardware_address = job.snapshot().hardware_address,
      .device = job.snapshot().device,
      .image_name = job.image().name(),
      .image_sha256 = job.image().sha256(),
      .pid = ::getpid(),
      .begun_at = scheduler_.WallClockText(),
      .phase = Phase::kPreparing,
      .words = std::string(StepWords(Step::kPrepare)),
  });
}

Task<void> Engine::Execute(std::shared_ptr<Job> job) {
  if (job->ended()) co_return;
  const Result<std::shared_ptr<Entry>> found = Find(job->snapshot().device);
  if (!found || job->stop_token().stop_requested()) {
    job->Fail(found ? Error(ErrorCode::kCanceled, "canceled before it began") : found.error());
    job->End(JobOutcome::kCanceled);
    job->admission_.reset();
    co_return;
  }
  Entry& entry = **found;
  entry.executing = job;
  job->Publish();
  co_await ExecuteUpdate(*job, entry.name);
  job->admission_.reset();
  entry.executing.reset();
  entry.job_ended.WakeAll();
}

Task<void> Engine::ExecuteUpdate(Job& job, const std::string& name) {
  if (const Result<void> begun = BeginJournal(job); !begun) {
    job.Fail(begun.error());
    job.End(JobOutcome::kFailed);
    co_return;
  }
  Update update(job, job.admission_->before, job.admission_->wanted);
  const bool state_is_known = co_await update.Execute();
  if (!state_is_known) co_return;  // the next command that meets the device repairs it
  const Result<void> cleared = ledger_.Clear(job.snapshot().hardware_address);
  if (!cleared) notice_(name, cleared.error().Message());
}

Task<DeviceInfo> Engine::Perform(std::string name, Step step, JobOptions options,
                                 std::stop_token stop) {
  const std::shared_ptr<Entry> entry = co_await Find(name);
  Device& device = *entry->device;
  const Claim claim = co_await AcquireClaim(*entry, std::string(StepWords(step)), stop);
  co_await Repair(*entry);
  if (CutsTraffic(step) && !options.allow_in_use) {
    const std::optional<std::string> use = co_await device.InUse();
    if (use) co_return Fail(ErrorCode::kBusy, "in use: {} (--allow-in-use to do it anyway)", *use);
  }
  const auto job =
      std::make_shared<Job>(scheduler_, entry->name, entry->device, std::nullopt, options);
  job->BeginStep(step);
  co_await Do(device, step, *job);
  DeviceInfo after = co_await device.Inspect(stop);
  const Bank* const running = after.RunningBank();
  const bool must_commit = step == Step::kRollback && running != nullptr && !running->committed;
  if (!must_commit) co_return after;
  job->BeginStep(Step::kCommit);
  co_await device.Commit(*job);
  co_return co_await device.Inspect(stop);
}

}  // namespace reflash
