// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "async/waiting_line.h"
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
class Job {
 public:
  Job(Scheduler& scheduler, std::string device_name, std::shared_ptr<Device> device,
      std::optional<ImageToLoad> image, JobOptions options);
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job();

  // For drivers.

  /// The image to load; only for jobs that load one.
  [[nodiscard]] const Image& image() const { return image_->image; }
  [[nodiscard]] const JobOptions& options() const { return options_; }
  /// Requested when somebody canceled the job. A driver looks at it wherever the device can stop.
  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }
  /// Tells how far the present step is. `phase` is what watchers see, so that a second pass over
  /// the image is shown as writing; `words` say what happens. A total of 0: nobody can tell.
  void Report(Phase phase, std::uint64_t done, std::uint64_t total, std::string words);
  /// From here on the job cannot be stopped; `why` completes "cannot be stopped now: ".
  void PassPointOfNoReturn(std::string why) { no_return_ = std::move(why); }

  // For everybody.

  /// One consistent picture of the job as it is now.
  [[nodiscard]] const JobSnapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] bool ended() const { return snapshot_.outcome.has_value(); }
  /// Asks the job to stop, which it does where the device allows it; asking twice is the same as
  /// asking once. Errors: kBusy when it is past the point of no return or the driver says so;
  /// kNotFound when it has ended.
  Result<void> Cancel();

  /// Follows a job. Any number may; a slow one misses pictures in between, never the last.
  class Watcher {
   public:
    explicit Watcher(std::shared_ptr<const Job> job) : job_(std::move(job)) {}
    /// The next picture; nothing once the last was given.
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

  void Plan(std::vector<PlannedStep> steps) { progress_.Plan(std::move(steps)); }
  /// Begins a step; the words of the step stand until the driver reports its own.
  void BeginStep(Step step);
  void SetRemaining(std::uint64_t bytes) { snapshot_.remaining_bytes = bytes; }
  /// Keeps the failure with the phase and the bytes that were left.
  void Fail(const Error& error);
  void End(JobOutcome outcome);
  void Changed();
  void Publish();

  Scheduler& scheduler_;
  std::shared_ptr<Device> device_;
  std::optional<ImageToLoad> image_;
  JobOptions options_;
  std::stop_source stop_;
  std::optional<std::string> no_return_;
  Progress progress_;
  TimePoint begin_;
  JobSnapshot snapshot_;
  std::uint64_t changes_ = 1;
  mutable WaitingLine watchers_;
  std::unique_ptr<Admission> admission_;
};

}  // namespace reflash
