// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "flash/device.h"
#include "flash/inspection.h"
#include "flash/job.h"
#include "flash/publication.h"
#include "flash/registered_device.h"
#include "flash/update_journal.h"
#include "ledger/ledger.h"

namespace reflash {

/// Owns the devices and the work on them: one job for a device at a time, in this process and in
/// all others (the ledger), everything that would disturb it refused with kBusy. It knows the
/// order of things and no kind of device.
///
/// An update is done in two steps, so that of several devices all can be refused before the first
/// byte goes to any: `Admit` claims the device and looks at it, `Execute` writes to it.
///
/// Outlives the Tasks it gave out, but for the Execute of a device that was unregistered by force:
/// that one goes on by itself.
class Engine {
 public:
  /// `ledger` and `scheduler` outlive the engine and its jobs. `notice` receives what a person
  /// should know and no result says, such as the repair of an interrupted update.
  using Notice = reflash::Notice;
  Engine(Scheduler& scheduler, Ledger& ledger, Notice notice);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  /// Takes a device over, under its name and the lowest number that is free, which are its own
  /// until it is unregistered. Errors: kInvalidArgument when the name is taken or empty, or the
  /// device does not say what it is and where.
  Result<void> Register(std::string name, std::unique_ptr<Device> device);

  /// The number of a registered device; nothing for an unknown name.
  [[nodiscard]] std::optional<unsigned> NumberOf(const std::string& name) const;
  /// The kind of a registered device; empty for an unknown name.
  [[nodiscard]] std::string_view KindOf(const std::string& name) const;

  /// Refuses new jobs for a device, asks the running one to stop and waits until nobody works with
  /// the device, then forgets it. With `force` it does not wait (nor does one who waits already):
  /// the job goes on by itself, and the journal says what was left should the process end first.
  /// Errors: kNotFound.
  Task<void> Unregister(std::string name, bool force);

  /// Looks at a device. A device that a job has is not touched.
  /// Errors: kNotFound for an unknown name; those of Device::Inspect and of the ledger.
  Task<Inspection> Inspect(std::string name, std::stop_token stop = {});

  /// Claims a device for an update, and checks everything that can be checked without writing.
  /// The job holds the claim until it has ended or is dropped. It has ended already, with
  /// kUpToDate, when the device runs the wanted version.
  /// Errors: kNotFound, kBusy (a job, another process, traffic), kInvalidImage, kInvalidSize,
  /// kInvalidArgument, kPermission (a single bank without the override), kNotSupported.
  Task<std::shared_ptr<Job>> Admit(std::string name, ImageToLoad image, JobOptions options,
                                   std::stop_token stop = {});

  /// Performs an admitted update, once. The outcome, also a failure, stands in the job's snapshot.
  Task<void> Execute(std::shared_ptr<Job> job);

  /// Performs one step of a bank switch by itself (kRun, kCommit, kRollback or kAbort) and returns
  /// what the device holds then. A rollback is committed, since it is meant to last.
  /// Errors: as for Admit, and those of the step; kInvalidArgument for another step.
  Task<DeviceInfo> Perform(std::string name, Step step, JobOptions options,
                           std::stop_token stop = {});

 private:
  [[nodiscard]] unsigned FreeNumber() const;
  [[nodiscard]] Result<std::shared_ptr<RegisteredDevice>> Find(const std::string& name) const;
  Task<Claim> ClaimFor(const RegisteredDevice& device, std::string_view purpose,
                       std::stop_token stop) const;
  Task<std::shared_ptr<Job>> AdmitClaimed(std::shared_ptr<RegisteredDevice> registered, Claim claim,
                                          ImageToLoad image, JobOptions options,
                                          std::stop_token stop);
  [[nodiscard]] std::shared_ptr<Job> MakeStepJob(const RegisteredDevice& device,
                                                 JobOptions options) const;
  static Task<void> ExecuteAdmitted(std::shared_ptr<Job> job, const Ledger& ledger,
                                    std::shared_ptr<Worker> journal_worker, Notice notice);

  Scheduler& scheduler_;
  Ledger& ledger_;
  Notice notice_;
  std::shared_ptr<Worker> journal_worker_;  ///< made when the first job needs it
  std::shared_ptr<PublishingPace> pace_ = std::make_shared<PublishingPace>();
  std::map<std::string, std::shared_ptr<RegisteredDevice>> devices_;
};

}  // namespace reflash
