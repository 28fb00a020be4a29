// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "async/waiting_line.h"
#include "flash/device_info.h"
#include "flash/image_to_load.h"
#include "flash/job_options.h"
#include "flash/progress.h"
#include "ledger/job_snapshot.h"

namespace reflash {

class Device;
struct Admission;

/// One piece of work on one device: an update, or a single step of a bank switch. Made by the
/// Engine. A driver reads the image and the options from it, reports progress to it and looks at
/// its stop token; anybody may watch it or ask it to stop.
///
/// An admitted job holds the claim on the hardware until it has ended: through Engine::Execute,
/// through Cancel before that, or because nobody has it any more. It ends before the scheduler and
/// the ledger do.
class Job {
 public:
  Job(Scheduler& scheduler, std::string device_name, std::shared_ptr<Device> device,
      std::optional<ImageToLoad> image, JobOptions options);
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job();

  // For drivers.

  /// The image to load; only for jobs that load one.
  [[nodiscard]] const Image& image() const {
    assert(image_ && "a job without an image");
    return image_->image;
  }
  [[nodiscard]] const JobOptions& options() const { return options_; }
  /// The bank that the job is about, by its name: where the load goes, what a step starts. Empty
  /// for a step where nobody named one, and the driver knows best.
  [[nodiscard]] const std::string& bank() const { return bank_; }
  /// Requested when somebody canceled the job. A driver looks at it wherever the device can stop.
  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }
  /// Tells how far the present step is. `phase` is what watchers see, so that a second pass over
  /// the image is shown as writing; `words` say what happens. A total of 0: nobody can tell.
  void Report(Phase phase, std::uint64_t done, std::uint64_t total, std::string words);
  /// From here to the end of the present step the job cannot be stopped; `why` completes "cannot
  /// be stopped now: ".
  void PassPointOfNoReturn(std::string why) { no_return_ = std::move(why); }

  // For everybody.

  /// One consistent picture of the job as it is now.
  [[nodiscard]] const JobSnapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] bool ended() const { return snapshot_.outcome.has_value(); }
  /// What an admitted job will do that can never be undone; see LoadPlan. Empty: nothing.
  [[nodiscard]] std::string irreversible() const;
  /// Asks the job to stop, which it does where the device allows it; asking twice is the same as
  /// asking once. A job that has not begun ends at once.
  /// Errors: kBusy when it is past the point of no return or the driver says so ("cannot be
  /// stopped now: ..."); the job then goes on to its end. kNotFound when it has ended.
  Result<void> Cancel();

  /// Follows a job. Any number may; a slow one misses pictures in between, never the last.
  class Watcher {
   public:
    explicit Watcher(std::shared_ptr<const Job> job) : job_(std::move(job)) {}
    /// The next picture; nothing once the last was given. Outlived by the Watcher.
    /// Errors: kCanceled when `stop` is requested.
    Task<std::optional<JobSnapshot>> Next(std::stop_token stop = {});

   private:
    std::shared_ptr<const Job> job_;
    std::uint64_t seen_ = 0;
    bool gave_last_ = false;
  };
  [[nodiscard]] static Watcher Watch(std::shared_ptr<const Job> job) {
    return Watcher(std::move(job));
  }

 private:
  friend class Engine;
  friend class Update;
  friend class BankStep;
  friend class Verification;

  /// Enters what the device held before.
  void SetFound(const DeviceInfo& before);
  /// Takes the claim, and shows the job to other processes.
  void Admit(std::unique_ptr<Admission> admission);
  /// An admitted job begins to work.
  void Begin();
  void Plan(std::vector<PlannedStep> steps) { progress_.Plan(std::move(steps)); }
  /// Begins a step; the words of the step stand until the driver reports its own.
  void BeginStep(Step step);
  /// The new image stands in `bank`.
  void StandsIn(const Bank* bank) { snapshot_.bank = bank == nullptr ? "" : bank->name; }
  void SetRemaining(std::uint64_t bytes) { snapshot_.remaining_bytes = bytes; }
  /// Keeps a failure with the phase and the bytes that were left. One that follows another, such as
  /// a Cleanup that fails too, is told behind the first.
  void Fail(const Error& error);
  void End(JobOutcome outcome);
  /// Ends a job for which there is nothing to do.
  void EndUpToDate(const DeviceInfo& before);
  /// Ends an admitted job that never began, and gives its claim back.
  void EndUnbegun(std::string_view why);
  void Changed();

  Scheduler& scheduler_;
  std::shared_ptr<Device> device_;
  std::optional<ImageToLoad> image_;
  JobOptions options_;
  std::string bank_;
  std::stop_source stop_;
  std::optional<std::string> no_return_;
  Progress progress_;
  bool begun_ = false;
  bool device_at_work_ = false;
  TimePoint begin_;
  JobSnapshot snapshot_;
  std::uint64_t changes_ = 1;
  mutable WaitingLine watchers_;
  std::unique_ptr<Admission> admission_;
};

}  // namespace reflash
