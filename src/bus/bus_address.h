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

/// "lab:/run/lab.sock#swp1": a port of a lab, of a module or a card. The path may contain '#', the
/// name of a port not.
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

/// "pci:0000:3b:00.0#2": the registers in a BAR of a PCI function, BAR 0 where none is named.
struct PciAddress {
  std::string function;  ///< domain, bus, device and function in lower case, as sysfs has them
  unsigned bar = 0;
  bool operator==(const PciAddress&) const = default;
};

/// The way to a device, as `bus = "..."` of the configuration says it.
using BusAddress = std::variant<I2cDevAddress, OptoeAddress, LabAddress, ReplayAddress, PciAddress>;

/// Reads what stands behind `bus =`. Nothing is opened.
/// Errors: kInvalidArgument for an unknown scheme, a missing part, or control characters.
Result<BusAddress> ParseBusAddress(std::string_view text);

}  // namespace reflash
