// SPDX-License-Identifier: Apache-2.0
#include "ledger/job_snapshot.h"

#include <algorithm>
#include <array>

namespace reflash {
namespace {

struct Word {
  JobOutcome outcome;
  std::string_view word;
};

constexpr std::array kWords{
    Word{JobOutcome::kUpdated, "updated"},        Word{JobOutcome::kUpToDate, "up-to-date"},
    Word{JobOutcome::kDownloaded, "downloaded"},  Word{JobOutcome::kFailed, "failed"},
    Word{JobOutcome::kRefused, "refused"},        Word{JobOutcome::kCanceled, "canceled"},
    Word{JobOutcome::kRolledBack, "rolled-back"}, Word{JobOutcome::kVerified, "verified"},
};

}  // namespace

std::string_view JobOutcomeWord(JobOutcome outcome) {
  const auto* const found = std::ranges::find(kWords, outcome, &Word::outcome);
  return found == kWords.end() ? "unknown" : found->word;
}

std::optional<JobOutcome> JobOutcomeFromWord(std::string_view word) {
  const auto* const found = std::ranges::find(kWords, word, &Word::word);
  if (found == kWords.end()) return std::nullopt;
  return found->outcome;
}

}  // namespace reflash
