// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "flash/device.h"
#include "flash/job.h"
#include "ledger/ledger.h"

namespace reflash {

/// What one look at a device gave: its own answer, or, while a job has it, what that published.
struct Inspection {
  std::string_view kind;
  std::optional<DeviceInfo> info;
  std::optional<JobSnapshot> published;
};

/// Owns the devices and the work on them: one job for a device at a time, in this process and in
/// all others (the ledger), everything that would disturb it refused with kBusy. It knows the
/// order of things and no kind of device.
///
/// An update is done in two steps, so that of several devices all can be refused before the first
/// byte goes to any: `Admit` claims the device and looks at it, `Execute` writes to it.
class Engine {
 public:
  /// `ledger` and `scheduler` outlive the engine. `notice` receives what a person should know and
  /// no result says, such as the repair of an interrupted update: device name and sentence.
  using Notice = std::function<void(const std::string&, const std::string&)>;
  Engine(Scheduler& scheduler, Ledger& ledger, Notice notice);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  /// Takes a device over. Errors: kInvalidArgument when the name is taken or empty.
  Result<void> Register(std::string name, std::unique_ptr<Device> device);

  /// The kind of a registered device; empty for an unknown name.
  [[nodiscard]] std::string_view KindOf(const std::string& name) const;

  /// Refuses new jobs for a device, asks the running one to stop and waits for it, then forgets
  /// the device. With `force` it does not wait: the job goes on by itself, and the journal says
  /// what was left should the process end first. Errors: kNotFound.
  Task<void> Unregister(std::string name, bool force);

  /// Looks at a device. A device that a job has is not touched.
  /// Errors: kNotFound for an unknown name; those of Device::Inspect and of the ledger.
  Task<Inspection> Inspect(std::string name, std::stop_token stop = {});

  /// Claims a device for an update, and checks everything that can be checked without writing.
  /// The job holds the claim until it has ended or is dropped. It has ended already, with
  /// kUpToDate, when the device runs the wanted version.
  /// Errors: kNotFound, kBusy (a job, another process, traffic), kInvalidImage, kInvalidSize,
  /// kPermission (a single bank without the override), kNotSupported.
  Task<std::shared_ptr<Job>> Admit(std::string name, ImageToLoad image, JobOptions options,
                                   std::stop_token stop = {});

  /// Performs an admitted update. The outcome, also a failure, stands in the job's snapshot.
  Task<void> Execute(std::shared_ptr<Job> job);

  /// Performs one step of a bank switch by itself (kRun, kCommit, kRollback or kAbort) and returns
  /// what the device holds then. A rollback is committed, since it is meant to last.
  /// Errors: as for Admit, and those of the step.
  Task<DeviceInfo> Perform(std::string name, Step step, JobOptions options,
                           std::stop_token stop = {});

 private:
  struct Entry;

  Result<std::shared_ptr<Entry>> Find(const std::string& name) const;
  Task<Claim> AcquireClaim(Entry& entry, std::string purpose, std::stop_token stop);
  Task<void> Repair(Entry& entry);
  Task<void> ExecuteUpdate(Job& job, const std::string& name);
  Result<void> BeginJournal(const Job& job) const;

  Scheduler& scheduler_;
  Ledger& ledger_;
  Notice notice_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace reflash
