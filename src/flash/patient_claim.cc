// SPDX-License-Identifier: Apache-2.0
#include "flash/patient_claim.h"

#include <optional>

namespace reflash {
namespace {

constexpr Duration kLookTakesAtMost = std::chrono::seconds(5);
constexpr Duration kRetryInterval = std::chrono::milliseconds(10);

/// Whether the hardware will be free in a moment: its holder looks at it, has left already, or has
/// taken it this instant and not yet written down who it is.
bool WillPass(const std::optional<Holder>& holder) {
  return !holder || holder->pid == 0 || holder->purpose == kInspecting;
}

}  // namespace

Task<Claim> ClaimPatiently(Scheduler& scheduler, const Ledger& ledger, std::string hardware_address,
                           std::string device_name, std::string purpose, std::stop_token stop) {
  const TimePoint give_up = scheduler.Now() + kLookTakesAtMost;
  while (true) {
    Result<Claim> claim = ledger.TryClaim(hardware_address, device_name, purpose);
    const bool held = !claim && claim.error().code() == ErrorCode::kBusy;
    if (!held || scheduler.Now() >= give_up) co_return claim;
    if (!WillPass(ledger.FindHolder(hardware_address))) co_return claim;
    co_await scheduler.Sleep(kRetryInterval, stop);
  }
}

}  // namespace reflash
