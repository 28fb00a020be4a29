// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"

namespace reflash {

/// "i2c:/dev/i2c-7": target 50h behind the node of an I2C adapter.
struct I2cDevAddress {
  std::string node;
  bool operator==(const I2cDevAddress&) const = default;
};

/// "lab:/run/lab.sock#swp1": a port of a lab. The path may contain '#', the name of a port not.
struct LabAddress {
  std::string socket;
  std::string port;
  bool operator==(const LabAddress&) const = default;
};

/// "optoe:/sys/bus/i2c/devices/7-0050/eeprom": the file that the kernel driver optoe offers.
struct OptoeAddress {
  std::string file;
  bool operator==(const OptoeAddress&) const = default;
};

/// "replay:FILE": a recording in place of a module.
struct ReplayAddress {
  std::string file;
  bool operator==(const ReplayAddress&) const = default;
};

/// The way to a device, as `bus = "..."` of the configuration says it.
using BusAddress = std::variant<I2cDevAddress, OptoeAddress, LabAddress, ReplayAddress>;

/// Reads what stands behind `bus =`. Nothing is opened.
/// Errors: kInvalidArgument for an unknown scheme, a missing part, or control characters.
Result<BusAddress> ParseBusAddress(std::string_view text);

}  // namespace reflash
