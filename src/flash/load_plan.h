// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/version.h"
#include "flash/device_info.h"

namespace reflash {

/// What will become of an image on a device: where it goes, and what is known of it before anything
/// is written.
struct LoadPlan {
  /// Into the bank that does not run, without another look at the image.
  static LoadPlan IntoIdleBank(const DeviceInfo& device);

  std::string bank;                ///< that the load goes to; empty: the device tells of no banks
  std::optional<Version> version;  ///< which the image says it is
  bool starts = true;              ///< there is something to run afterwards (not for a key)
  /// What it does that can never be undone, for a question: "overwrite the only image of"; empty
  /// when there is no such thing.
  std::string irreversible;
};

}  // namespace reflash
