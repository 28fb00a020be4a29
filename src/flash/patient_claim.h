// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "async/scheduler.h"
#include "ledger/ledger.h"

namespace reflash {

/// The purpose of a claim that lasts for one look.
inline constexpr std::string_view kInspecting = "inspect";
/// The purpose of the claim of a job, whose progress is published.
inline constexpr std::string_view kFlashing = "flash";

/// Claims a piece of hardware. Looks of others, which end soon, are waited for.
/// Errors: kBusy with who has it, for anything else; kCanceled; those of the ledger.
Task<Claim> ClaimPatiently(Scheduler& scheduler, const Ledger& ledger, std::string hardware_address,
                           std::string device_name, std::string purpose, std::stop_token stop);

}  // namespace reflash
