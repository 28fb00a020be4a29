// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "inventory/device_configuration.h"

namespace reflash::inventory {

/// A device that was found: how a configuration would have it, and what else was seen of it.
struct DiscoveredDevice {
  DeviceConfiguration configuration;
  std::vector<std::string> remarks;  ///< "OSFP, CMIS 5.2"
};

/// What a machine has.
struct Findings {
  std::vector<DiscoveredDevice> devices;  ///< by the number of the adapter
  std::vector<std::string> remarks;       ///< what was seen and is no device, a sentence each
  bool forbidden = false;                 ///< the system did not let us look everywhere
};

/// The findings as a configuration to save, in TOML; remarks are comments.
std::string ToToml(const Findings& findings);

}  // namespace reflash::inventory
