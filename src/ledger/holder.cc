// SPDX-License-Identifier: Apache-2.0
#include "ledger/holder.h"

#include <fmt/core.h>

namespace reflash {

std::string Holder::Describe(std::string_view device_name) const {
  if (pid == 0) return "held by another process";
  std::string details = purpose;
  if (!device.empty() && device != device_name) {
    if (!details.empty()) details += ", ";
    details += fmt::format("as '{}'", device);
  }
  const std::string process = fmt::format("held by process {}", pid);
  return details.empty() ? process : fmt::format("{} ({})", process, details);
}

}  // namespace reflash
