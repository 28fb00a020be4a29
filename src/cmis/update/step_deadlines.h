// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cmis/cdb/firmware_features.h"
#include "cmis/update/quirks.h"

namespace reflash::cmis {

/// How long each command of an update may take before the module counts as stuck. What a module
/// advertises is often too short, and sometimes zero; the floors are what slow modules in the
/// field were seen to need.
struct StepDeadlines {
  Duration start{0};
  Duration write{0};
  Duration complete{0};
  Duration abort{0};
  Duration commit{0};

  static StepDeadlines For(const FirmwareFeatures& features, const Quirks& quirks);
};

/// For commands that only ask, before the module's own limits are known.
inline constexpr Duration kQueryDeadline = std::chrono::seconds(10);
/// From the run command until the module works again.
inline constexpr Duration kBootDeadline = std::chrono::seconds(120);
/// A module that was told to restart and does not show it within this time ignores the command.
inline constexpr Duration kRestartBegins = std::chrono::seconds(10);

}  // namespace reflash::cmis
