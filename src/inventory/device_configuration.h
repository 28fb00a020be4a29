// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace reflash::inventory {

/// What the configuration says about one device: a `[[device]]` table.
struct DeviceConfiguration {
  std::string name;                      ///< unique; what the command line calls it
  std::string driver;                    ///< one of Drivers()
  std::string bus;                       ///< what ParseBusAddress reads
  std::vector<std::string> netdev;       ///< the device is in use while one of these is up
  std::optional<std::size_t> max_write;  ///< longest message of the adapter in bytes

  bool operator==(const DeviceConfiguration&) const = default;
};

}  // namespace reflash::inventory
