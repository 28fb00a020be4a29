// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cli/display.h"
#include "cli/output.h"
#include "flash/engine.h"

namespace reflash::cli {

/// One device and what it is to get.
struct Assignment {
  std::string device;
  ImageToLoad image;
  JobOptions options;
};

/// How several updates are done together.
struct FlashRunOptions {
  std::size_t at_once = 0;       ///< 0: all
  bool keep_going = false;       ///< do the others when one is refused
  bool dry_run = false;          ///< admit, and write nothing
  std::size_t max_failures = 0;  ///< begin no further one after so many; 0: no limit
  /// Asks before something that can never be undone, and returns whether it was agreed to; nobody
  /// is asked without.
  std::function<Task<bool>(std::string question)> confirm;
};

/// Whether a job ended with a device that it touched and did not update.
bool HasFailed(const JobSnapshot& job);

/// Updates several devices side by side: first all are admitted, which finds everything that can
/// be refused, then all are updated. A stop request cancels the jobs where they can be canceled.
/// Lives while Run is awaited.
class FlashRun {
 public:
  FlashRun(Scheduler& scheduler, Engine& engine, const Output& output, Display& display,
           FlashRunOptions options)
      : scheduler_(scheduler),
        engine_(engine),
        output_(output),
        display_(display),
        options_(std::move(options)) {}

  /// Returns the last picture of each job, in the order of the assignments; a device that was
  /// refused has one too. Everything was shown by the display.
  Task<std::vector<JobSnapshot>> Run(std::vector<Assignment> assignments, std::stop_token stop);

 private:
  struct Item {
    Assignment assignment;
    std::shared_ptr<Job> job;
    JobSnapshot last;
  };

  Task<void> AdmitAll(std::stop_token stop);
  Task<void> Admit(Item& item, std::stop_token stop);
  /// Whether nothing is done that can never be undone, or somebody agreed to it.
  Task<bool> IsAgreedTo();
  void GiveUp();
  void RefuseOthers();
  void RefuseUnbegun(Item& item, std::string_view why);
  void Finish(Item& item, JobSnapshot last);
  Task<void> ExecuteAll();
  Task<void> ExecuteSome();
  [[nodiscard]] bool TooManyFailed() const;
  Task<void> Execute(Item& item);
  Task<void> Follow(Item& item);
  void CancelAll();

  Scheduler& scheduler_;
  Engine& engine_;
  const Output& output_;
  Display& display_;
  FlashRunOptions options_;
  std::vector<Item> items_;
  std::size_t next_ = 0;
  std::size_t failures_ = 0;
};

}  // namespace reflash::cli
