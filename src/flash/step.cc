// SPDX-License-Identifier: Apache-2.0
#include "flash/step.h"

#include <algorithm>
#include <array>

namespace reflash {
namespace {

struct Row {
  Step step;
  Phase phase;
  std::string_view name;
  std::string_view words;
  bool cannot_be_stopped = false;
};

constexpr std::array kRows{
    Row{Step::kPrepare, Phase::kPreparing, "prepare", "making the device ready"},
    Row{Step::kWrite, Phase::kWriting, "write", "writing the image"},
    Row{Step::kFinish, Phase::kProgramming, "finish", "verifying and programming the image"},
    Row{Step::kReadBack, Phase::kProgramming, "read-back", "comparing what the device holds"},
    Row{Step::kRun, Phase::kProgramming, "run", "starting the new image", true},
    Row{Step::kCommit, Phase::kProgramming, "commit", "committing", true},
    Row{Step::kRollback, Phase::kProgramming, "rollback", "going back to the other image", true},
    Row{Step::kAbort, Phase::kPreparing, "abort", "ending an open download"},
};

const Row& RowOf(Step step) { return *std::ranges::find(kRows, step, &Row::step); }

}  // namespace

Phase PhaseOf(Step step) { return RowOf(step).phase; }

std::string_view StepName(Step step) { return RowOf(step).name; }

std::string_view StepWords(Step step) { return RowOf(step).words; }

bool CannotBeStopped(Step step) { return RowOf(step).cannot_be_stopped; }

}  // namespace reflash
