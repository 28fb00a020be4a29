// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/promptness.h"

#include <algorithm>

namespace reflash::cmis {
namespace {

/// So many commands in a row make a proof.
constexpr unsigned kLongEnough = 32;
/// First looks move back and forth by about as much; see CompletionPacing.
constexpr int kSlackShare = 16;
/// By so much real timers are late: no decision may hang on it, or no recording could be replayed.
constexpr Duration kTimerSlack = std::chrono::microseconds(200);

}  // namespace

void Promptness::Prove(Duration elapsed) {
  run_.latest = std::max(run_.latest, elapsed);
  if (++run_.length < kLongEnough) return;
  const Duration slack = std::max<Duration>(run_.latest / kSlackShare, kTimerSlack);
  const Duration covered = std::max(run_.latest - slack, Duration::zero());
  proved_ = std::min(proved_.value_or(covered), covered);
  run_ = {};
}

}  // namespace reflash::cmis
