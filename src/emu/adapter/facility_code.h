// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace reflash::emu {

/// What the platform answers (reference, B3). STATE is recalled there.
enum class FacilityCode : std::int64_t {
  kSuccess = 0,
  kBusy = 1,
  kContinue = 18,
  kLongBusy = 9900,  ///< and up to 9905: 1, 10, 100 ms, 1, 10, 100 s
  kHardware = -1,
  kParameter = -4,
  kResource = -16,
  kBadData = -70,
  kScatterList = -72,
  kState = -75,
};

}  // namespace reflash::emu
