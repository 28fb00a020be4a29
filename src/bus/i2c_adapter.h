// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "bus/syscalls.h"

namespace reflash {

/// What sysfs tells about the adapter behind a node such as /dev/i2c-7. A value; `syscalls`
/// outlives it.
class I2cAdapter {
 public:
  /// The adapter of a device node, whatever the node is called.
  /// Errors: kNotFound when there is no such node or sysfs does not know the adapter (it went
  /// away, or /sys is not mounted); kPermission; kInvalidArgument when the node is no I2C bus.
  static Result<I2cAdapter> OfNode(Syscalls& syscalls, const std::string& node);

  /// The adapter of the device that a file in sysfs belongs to, such as
  /// /sys/bus/i2c/devices/7-0050/eeprom, whatever links lead there.
  /// Errors: kNotFound when there is no such file; kInvalidArgument when it is not one of a device
  /// at `target`.
  static Result<I2cAdapter> OfTargetFile(Syscalls& syscalls, const std::string& path,
                                         std::uint8_t target);

  /// The number that the kernel gave it, 7 for i2c-7.
  [[nodiscard]] unsigned number() const { return number_; }

  /// The adapter on whose wires this one really is, such as "i2c-1": the legs of a multiplexer,
  /// also of nested ones, share the wires of the root.
  [[nodiscard]] const std::string& root() const { return root_; }

  /// What names the target behind this adapter for every process, such as "i2c:89:7@50": device
  /// number of the node and target address.
  [[nodiscard]] std::string TargetName(std::uint8_t target) const;

  /// The kernel driver that is bound to `target`; nothing when there is none.
  /// Errors: kPermission and others of errno.
  [[nodiscard]] Result<std::optional<std::string>> DriverOf(std::uint8_t target) const;

  /// Errors: kBusy with the name of the kernel driver that is bound to `target`, such as optoe or
  /// at24, and would move the page under our hands.
  Result<void> CheckUnclaimed(std::uint8_t target) const;

  /// The refusal of a device at `target` that `driver` has.
  [[nodiscard]] Error ClaimedBy(std::string_view driver, std::uint8_t target) const;

 private:
  I2cAdapter(Syscalls& syscalls, unsigned number, std::string root)
      : syscalls_(&syscalls), number_(number), root_(std::move(root)) {}

  Syscalls* syscalls_;
  unsigned number_;
  std::string root_;
};

}  // namespace reflash
