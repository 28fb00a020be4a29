// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "async/scheduler.h"
#include "cli/output.h"
#include "ledger/job_snapshot.h"

namespace reflash::cli {

/// Shows jobs while they run. Fed with pictures of each job in their order; a picture with an
/// outcome is the last of its job.
class Display {
 public:
  Display() = default;
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;
  virtual ~Display() = default;

  virtual void Show(const JobSnapshot& job) = 0;

  /// The kind that fits: JSON objects, bars on a terminal, else a line when a phase changes.
  static std::unique_ptr<Display> Make(const Output& output, const Scheduler& scheduler);
};

/// How a job ended, as one line for people: "updated 1.2.0 -> 1.3.0 (bank B, committed) in 13.1 s".
std::string OutcomeText(const JobSnapshot& job);

}  // namespace reflash::cli
