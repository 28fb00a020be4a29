// SPDX-License-Identifier: Apache-2.0
#include "cmis/update/step_deadlines.h"

#include <algorithm>

namespace reflash::cmis {
namespace {

using std::chrono::seconds;

constexpr Duration kMargin = seconds(2);

Duration AtLeast(Duration floor, Duration advertised) {
  return std::max(floor, advertised) + kMargin;
}

}  // namespace

StepDeadlines StepDeadlines::For(const FirmwareFeatures& features) {
  return {
      .start = AtLeast(seconds(12), features.max_start),
      .write = AtLeast(seconds(5), features.max_write),
      .complete = AtLeast(seconds(30), features.max_complete),
      .abort = AtLeast(seconds(5), features.max_abort),
      .commit = AtLeast(seconds(10), Duration::zero()),
  };
}

}  // namespace reflash::cmis
