// SPDX-License-Identifier: Apache-2.0
#include "flash/step.h"

#include <gtest/gtest.h>

#include <string_view>

namespace reflash {
namespace {

struct Row {
  Step step;
  Phase phase;
  std::string_view name;
  bool cannot_be_stopped;
};

TEST(Step, HasAPhaseANameAndATruthAboutStopping) {
  for (const Row& row : {Row{Step::kPrepare, Phase::kPreparing, "prepare", false},
                         Row{Step::kWrite, Phase::kWriting, "write", false},
                         Row{Step::kFinish, Phase::kProgramming, "finish", false},
                         Row{Step::kReadBack, Phase::kProgramming, "read-back", false},
                         Row{Step::kRun, Phase::kProgramming, "run", true},
                         Row{Step::kCommit, Phase::kProgramming, "commit", true},
                         Row{Step::kRollback, Phase::kProgramming, "rollback", true},
                         Row{Step::kAbort, Phase::kPreparing, "abort", false}}) {
    EXPECT_EQ(PhaseOf(row.step), row.phase) << row.name;
    EXPECT_EQ(StepName(row.step), row.name);
    EXPECT_EQ(CannotBeStopped(row.step), row.cannot_be_stopped) << row.name;
    EXPECT_FALSE(StepWords(row.step).empty()) << row.name;
  }
}

}  // namespace
}  // namespace reflash
