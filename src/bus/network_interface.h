// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "bus/syscalls.h"

namespace reflash {

/// A network interface of this machine, such as "Ethernet0", that stands for traffic through a
/// module. A value; `syscalls` outlives it.
class NetworkInterface {
 public:
  /// The interface need not exist yet.
  /// Errors: kInvalidArgument when no interface can have this name (the kernel's rules: 1 to 15
  /// bytes, no slash, colon or white space, not "." or "..").
  static Result<NetworkInterface> Named(Syscalls& syscalls, std::string name);

  [[nodiscard]] const std::string& name() const { return name_; }

  /// Whether somebody has set it up (IFF_UP), whatever its link does: from then on traffic may
  /// flow through the module.
  /// Errors: kNotFound when there is no such interface; kRwError when the kernel's answer makes no
  /// sense; kPermission.
  [[nodiscard]] Result<bool> IsUp() const;

 private:
  NetworkInterface(Syscalls& syscalls, std::string name)
      : syscalls_(&syscalls), name_(std::move(name)) {}

  Syscalls* syscalls_;
  std::string name_;
};

/// Which of the interfaces whose traffic runs through a device is up, as a sentence ("interface
/// Ethernet0 is up"); nothing when none is. Errors: those of IsUp.
[[nodiscard]] Result<std::optional<std::string>> FindTraffic(
    std::span<const NetworkInterface> interfaces);

}  // namespace reflash
