// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "flash/device_info.h"
#include "flash/registered_device.h"
#include "ledger/ledger.h"

namespace reflash {

/// What one look at a device gave: its own answer, or, while a job has it, what that published.
struct Inspection {
  std::string_view kind;
  std::optional<DeviceInfo> info;
  std::optional<JobSnapshot> published;

  /// What can be said of a device that somebody else holds; it is not touched.
  /// Errors: `busy`, the refused claim, when the holder does nothing that could be shown.
  static Result<Inspection> OfHeld(const RegisteredDevice& device, const Ledger& ledger,
                                   const Error& busy);
};

}  // namespace reflash
