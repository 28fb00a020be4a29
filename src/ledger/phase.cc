// SPDX-License-Identifier: Apache-2.0
#include "ledger/phase.h"

#include <algorithm>
#include <array>

namespace reflash {
namespace {

struct Word {
  Phase phase;
  std::string_view word;
};

constexpr std::array kWords{
    Word{Phase::kIdle, "idle"},
    Word{Phase::kStarting, "starting"},
    Word{Phase::kPreparing, "preparing"},
    Word{Phase::kWriting, "writing"},
    Word{Phase::kProgramming, "programming"},
};

}  // namespace

std::string_view PhaseWord(Phase phase) {
  const auto* const found = std::ranges::find(kWords, phase, &Word::phase);
  return found == kWords.end() ? "unknown" : found->word;
}

std::optional<Phase> PhaseFromWord(std::string_view word) {
  const auto* const found = std::ranges::find(kWords, word, &Word::word);
  if (found == kWords.end()) return std::nullopt;
  return found->phase;
}

}  // namespace reflash
