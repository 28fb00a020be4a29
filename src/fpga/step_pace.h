// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "fpga/controller_family.h"

namespace reflash::fpga {

/// How long the steps of an update take: what the table of the family says, corrected by what was
/// seen of this card. For progress only.
class StepPace {
 public:
  /// A step took `elapsed` for an image of so many bytes.
  void Saw(std::span<const PaceRow> table, Step step, std::uint64_t image_bytes, Duration elapsed);

  [[nodiscard]] Duration Estimate(std::span<const PaceRow> table, Step step,
                                  std::uint64_t image_bytes) const;

 private:
  std::map<Step, double> factors_;  ///< of the table, that was seen last
};

}  // namespace reflash::fpga
