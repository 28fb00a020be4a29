// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "async/scheduler.h"
#include "flash/registered_device.h"
#include "ledger/ledger.h"

namespace reflash {

/// The purpose of a claim that lasts for one look.
inline constexpr std::string_view kInspecting = "inspect";
/// The purpose of the claim of a job, whose progress is published.
inline constexpr std::string_view kFlashing = "flash";

/// Claims the hardware of a device. Looks of others, which end soon, are waited for.
/// Errors: kBusy with who has it, for anything else; kCanceled; those of the ledger.
Task<Claim> ClaimPatiently(Scheduler& scheduler, const Ledger& ledger,
                           const RegisteredDevice& device, std::string purpose,
                           std::stop_token stop);

}  // namespace reflash
