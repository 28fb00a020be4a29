// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "async/scheduler.h"
#include "flash/step.h"

namespace reflash {

/// A step of a job and how long it is expected to take.
struct PlannedStep {
  Step step;
  Duration estimate;
};

/// How far a job is: percent of the whole and the time that is left, from the plan and from what
/// was seen. Percent never goes back and reaches 100 only through Complete().
class Progress {
 public:
  void Plan(std::vector<PlannedStep> steps) { steps_ = std::move(steps); }

  /// A step begins; the ones before it in the plan count as done. A step that was not planned
  /// (a rollback) leaves percent where it is, and nobody knows how long it will take.
  void Begin(Step step, TimePoint now);
  /// `done` of `total` of the present step; a total of 0 means that nobody can tell. A `done` of 0,
  /// or less than before, begins another pass in the same step.
  void Advance(std::uint64_t done, std::uint64_t total, TimePoint now);
  /// The job has succeeded and what it did was verified.
  void Complete() { percent_ = 100; }

  /// Brings percent up to date, at most to 99.
  int Percent(TimePoint now);
  /// Seconds until the end; absent where there is nothing to tell it from.
  [[nodiscard]] std::optional<double> EtaSeconds(TimePoint now) const;

 private:
  [[nodiscard]] Duration SumOfEstimates(std::size_t first, std::size_t last) const;
  [[nodiscard]] double FractionOfStep(TimePoint now) const;
  [[nodiscard]] Duration LeftOfStep(TimePoint now) const;

  std::vector<PlannedStep> steps_;
  std::size_t current_ = 0;
  TimePoint step_begin_;
  TimePoint pass_begin_;
  bool in_plan_ = false;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
  int percent_ = 0;
};

}  // namespace reflash
