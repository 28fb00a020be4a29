// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace reflash::capi {

/// The four numbers by which an adapter names its kind, as in PCI configuration space.
struct AdapterIdentity {
  std::uint16_t vendor = 0;
  std::uint16_t device = 0;
  std::uint16_t subsystem_vendor = 0;
  std::uint16_t subsystem = 0;

  bool operator==(const AdapterIdentity&) const = default;

  /// "1014:0477 (1014:04da)".
  [[nodiscard]] std::string ToString() const {
    return fmt::format("{:04x}:{:04x} ({:04x}:{:04x})", vendor, device, subsystem_vendor,
                       subsystem);
  }
};

}  // namespace reflash::capi
