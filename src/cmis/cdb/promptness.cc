// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/promptness.h"

#include <algorithm>

namespace reflash::cmis {
namespace {

/// So many commands in a row make a proof.
constexpr unsigned kLongEnough = 32;
/// First looks move back and forth by about as much; see CompletionPacing.
constexpr int kSlackShare = 16;

}  // namespace

void Promptness::Prove(Duration elapsed) {
  run_.latest = std::max(run_.latest, elapsed);
  if (++run_.length < kLongEnough) return;
  const Duration covered = run_.latest - run_.latest / kSlackShare;
  proved_ = std::min(proved_.value_or(covered), covered);
  run_ = {};
}

}  // namespace reflash::cmis
