// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "async/simulated_scheduler.h"
#include "base/temporary_directory.h"
#include "flash/engine.h"
#include "flash/fake_device.h"

namespace reflash {

/// What a test of the engine needs: time, a ledger on disk, an engine and a piece of hardware that
/// it knows as "card0". For tests only.
class FlashWorld {
 public:
  /// An engine with a ledger of its own, as another process of this machine would have it.
  struct Process {
    Process(Scheduler& scheduler, const std::filesystem::path& root)
        : ledger(Ledger::Open({.runtime = root / "run", .state = root / "state"}).value()),
          engine(std::make_unique<Engine>(
              scheduler, ledger, [this](const std::string& device, const std::string& sentence) {
                notices.push_back(device + ": " + sentence);
              })) {}

    Ledger ledger;
    std::vector<std::string> notices;
    std::unique_ptr<Engine> engine;
  };

  FlashWorld() : hardware_(1) {
    processes_.emplace_back(scheduler_, directory_.path());
    Add(process(), "card0", hardware());
  }

  SimulatedScheduler& scheduler() { return scheduler_; }
  Process& process() { return processes_.front(); }
  Engine& engine() { return *process().engine; }
  Ledger& ledger() { return process().ledger; }
  FakeHardware& hardware() { return hardware_.front(); }

  /// Another process, which knows the same hardware under a name of its own.
  Process& StartProcess(const std::string& name) {
    Process& other = processes_.emplace_back(scheduler_, directory_.path());
    Add(other, name, hardware());
    return other;
  }
  /// Another piece of hardware, known to the first process.
  FakeHardware& AddHardware(const std::string& name, std::string address) {
    FakeHardware& added = hardware_.emplace_back();
    added.address = std::move(address);
    Add(process(), name, added);
    return added;
  }
  void Add(Process& process, const std::string& name, FakeHardware& hardware) {
    const Result<void> registered =
        process.engine->Register(name, std::make_unique<FakeDevice>(scheduler_, hardware));
    if (!registered) std::abort();
  }

  /// An image that needs three writes, the last of an odd size.
  static ImageToLoad MakeImage(std::optional<Manifest> manifest = Manifest1_3_0()) {
    Bytes bytes(2501);
    for (std::size_t index = 0; index < bytes.size(); ++index) {
      bytes[index] = static_cast<std::byte>(index * 7);
    }
    return {.image = Image::FromBytes(bytes, "fw.bin").value(), .manifest = std::move(manifest)};
  }
  static Manifest Manifest1_3_0() {
    Manifest manifest;
    manifest.image_name = "fw.bin";
    manifest.version = Version{1, 3, 0};
    return manifest;
  }

  Result<std::shared_ptr<Job>> Admit(JobOptions options = {}, ImageToLoad image = MakeImage()) {
    return scheduler_.Run(engine().Admit("card0", std::move(image), options));
  }
  JobSnapshot Execute(const std::shared_ptr<Job>& job) {
    const Result<void> executed = scheduler_.Run(engine().Execute(job));
    if (!executed) std::abort();
    return job->snapshot();
  }
  /// Admits and executes, which must not be refused before.
  JobSnapshot Flash(JobOptions options = {}, ImageToLoad image = MakeImage()) {
    return Execute(Admit(options, std::move(image)).value());
  }
  /// Why an update is not admitted.
  Error Refusal(JobOptions options = {}, ImageToLoad image = MakeImage()) {
    const Result<std::shared_ptr<Job>> job = Admit(options, std::move(image));
    return job ? Error(ErrorCode::kHwError, "it was admitted") : job.error();
  }
  Result<Inspection> Inspect() { return scheduler_.Run(engine().Inspect("card0")); }
  Result<DeviceInfo> Perform(Step step, JobOptions options = {}) {
    return scheduler_.Run(engine().Perform("card0", step, options));
  }
  /// The result of a Task that is begun at a moment from now, while another one runs; without a
  /// delay it is begun first.
  template <class T>
  std::shared_ptr<std::optional<Result<T>>> Later(Duration after, std::function<Task<T>()> begin) {
    auto result = std::make_shared<std::optional<Result<T>>>();
    if (after <= Duration::zero()) {
      scheduler_.Spawn(Keep(begin(), result));
    } else {
      At(after,
         [this, begin = std::move(begin), result] { scheduler_.Spawn(Keep(begin(), result)); });
    }
    return result;
  }
  /// Calls `act` at a moment from now.
  void At(Duration after, std::function<void()> act) {
    scheduler_.AddTimer(scheduler_.Now() + after, std::move(act));
  }

  /// What the journal says about the hardware; nothing when all was ended.
  std::optional<JournalEntry> Journal() { return ledger().Find(hardware().address).value(); }
  /// Writes down an update that nobody has ended, as a process leaves it that was killed.
  void LeaveInterrupted() {
    const Result<void> begun = ledger().Begin({.hardware_address = hardware().address,
                                               .device = "card0",
                                               .image_name = "old.bin",
                                               .image_sha256 = std::string(64, '0'),
                                               .pid = 1,
                                               .begun_at = "2025-11-21T07:30:00Z",
                                               .phase = Phase::kPreparing,
                                               .words = "the image was being loaded"});
    if (!begun) std::abort();
    hardware().open = true;
  }
  [[nodiscard]] std::filesystem::path directory() const { return directory_.path(); }

 private:
  template <class T>
  static Task<void> Keep(Task<T> task, std::shared_ptr<std::optional<Result<T>>> result) {
    result->emplace(co_await Outcome(std::move(task)));
  }

  TemporaryDirectory directory_;
  SimulatedScheduler scheduler_;
  std::list<FakeHardware> hardware_;
  std::list<Process> processes_;
};

/// A hook that fails an operation.
inline FakeHardware::Hook Failing(ErrorCode code, std::string sentence) {
  return [code, sentence](Job* /*job*/) -> Result<void> { return Fail(Error(code, sentence)); };
}

/// A hook that does something.
inline FakeHardware::Hook Doing(std::function<void()> act) {
  return [act = std::move(act)](Job* /*job*/) -> Result<void> {
    act();
    return {};
  };
}

}  // namespace reflash
