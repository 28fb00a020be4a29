// SPDX-License-Identifier: Apache-2.0
#include "cmis/update/step_deadlines.h"

#include <algorithm>

namespace reflash::cmis {
namespace {

using std::chrono::seconds;

constexpr Duration kMargin = seconds(2);

Duration Longest(Duration floor, Duration advertised, Duration quirk) {
  return std::max({floor, advertised, quirk}) + kMargin;
}

}  // namespace

StepDeadlines StepDeadlines::For(const FirmwareFeatures& features, const Quirks& quirks) {
  return {
      .start = Longest(seconds(12), features.max_start, quirks.least_start),
      .write = Longest(seconds(5), features.max_write, quirks.least_write),
      .complete = Longest(seconds(30), features.max_complete, quirks.least_complete),
      .abort = Longest(seconds(5), features.max_abort, Duration::zero()),
      .commit = Longest(seconds(10), Duration::zero(), quirks.least_commit),
  };
}

}  // namespace reflash::cmis
