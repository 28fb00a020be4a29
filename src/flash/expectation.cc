// SPDX-License-Identifier: Apache-2.0
#include "flash/expectation.h"

namespace reflash {

Result<void> Expectation::CheckVersion(const std::optional<Version>& found,
                                       std::string_view where) const {
  if (!wanted_ || found == wanted_) return {};
  const bool tells = found || before_.version;
  if (!tells && !insists_) return {};  // some devices never tell a version
  return Fail(ErrorCode::kHwError, "{} {}; {} was expected", where,
              found ? found->ToString() : "an unknown version", wanted_->ToString());
}

Result<void> Expectation::CheckBank(const Bank& bank) const {
  if (!bank.valid) {
    return Fail(ErrorCode::kHwError, "the device took the image, but bank {} is not valid",
                bank.name);
  }
  if (!bank.version) return {};  // it is told once the image runs
  return CheckVersion(bank.version, fmt::format("bank {} now holds", bank.name));
}

Result<void> Expectation::CheckLoaded(const DeviceInfo& now) const {
  if (!now.capabilities.switches_banks) {
    REFLASH_TRY_VOID(CheckVersion(now.version, "the device now runs"));
  }
  for (const Bank& bank : now.banks) {
    const bool loaded = target() != nullptr && bank.name == target()->name && !bank.running;
    if (loaded) REFLASH_TRY_VOID(CheckBank(bank));
  }
  return {};
}

Result<void> Expectation::CheckStarted(const DeviceInfo& now) const {
  const Bank* const running = now.RunningBank();
  const bool told = target() != nullptr && now.capabilities.tells_running_bank;
  if (told && (running == nullptr || running->name != target()->name)) {
    return Fail(ErrorCode::kHwError, "the device does not run the new image: {}",
                now.DescribeBanks());
  }
  return CheckVersion(now.version, "the device came up with");
}

Result<void> Expectation::CheckCommitted(const DeviceInfo& now) {
  if (now.RunningIsCommitted()) return {};
  return Fail(ErrorCode::kHwError, "the device accepted the commit but does not show it: {}",
              now.DescribeBanks());
}

bool Expectation::OldImageRuns(const DeviceInfo& now) const {
  const Bank* const old = before_.RunningBank();
  const Bank* const running = now.RunningBank();
  if (old == nullptr || running == nullptr || old == target()) return false;
  if (!now.capabilities.tells_running_bank) {
    return now.version && now.version == before_.version && now.version != wanted_;
  }
  return running->name == old->name;
}

}  // namespace reflash
