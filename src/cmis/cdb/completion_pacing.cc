// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/completion_pacing.h"

#include <algorithm>

namespace reflash::cmis {
namespace {

constexpr Duration kShortestPause = std::chrono::microseconds(150);
constexpr Duration kLongestPause = std::chrono::milliseconds(50);
constexpr int kShare = 64;

}  // namespace

Duration CompletionPacing::FirstLook(std::uint16_t id) const {
  const auto found = expected_.find(id);
  return found == expected_.end() ? Duration::zero() : found->second;
}

Duration CompletionPacing::NextLook(Duration elapsed) {
  return std::clamp(elapsed / kShare, kShortestPause, kLongestPause);
}

void CompletionPacing::Learn(std::uint16_t id, Duration still_running, Duration done) {
  const bool seen_running = still_running > Duration::zero();
  const Duration earlier = done - done / kShare;
  Duration expected = seen_running ? (still_running + done) / 2 : earlier;
  // What is over within one pause is not worth a pause: such a module is looked at straight away.
  if (expected < kShortestPause) expected = Duration::zero();
  expected_[id] = expected;
}

}  // namespace reflash::cmis
