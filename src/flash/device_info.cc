// SPDX-License-Identifier: Apache-2.0
#include "flash/device_info.h"

#include <algorithm>

namespace reflash {
namespace {

std::string DescribeBank(const Bank& bank) {
  const std::string version = bank.version ? bank.version->ToString() : "an unknown version";
  if (bank.running) {
    return fmt::format("bank {} runs {}{}", bank.name, version,
                       bank.committed ? "" : " (not committed)");
  }
  if (!bank.valid) return fmt::format("bank {} is empty", bank.name);
  return fmt::format("bank {} holds {}{}", bank.name, version,
                     bank.committed ? " (committed)" : "");
}

}  // namespace

const Bank* DeviceInfo::RunningBank() const {
  const auto found = std::ranges::find_if(banks, &Bank::running);
  return found == banks.end() ? nullptr : &*found;
}

const Bank* DeviceInfo::FindBank(std::string_view name) const {
  const auto found = std::ranges::find(banks, name, &Bank::name);
  return found == banks.end() ? nullptr : &*found;
}

const Bank* DeviceInfo::IdleBank() const {
  const auto found = std::ranges::find_if(banks, [](const Bank& bank) { return !bank.running; });
  if (found != banks.end()) return &*found;
  return banks.empty() ? nullptr : &banks.front();
}

bool DeviceInfo::RunningIsCommitted() const {
  if (banks.empty() || !capabilities.commits || !capabilities.tells_running_bank) return true;
  const Bank* const running = RunningBank();
  return running != nullptr && running->committed;
}

std::string DeviceInfo::DescribeBanks() const {
  std::string text;
  for (const Bank& bank : banks) {
    if (!text.empty()) text += ", ";
    text += DescribeBank(bank);
  }
  return text;
}

}  // namespace reflash
