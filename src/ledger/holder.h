// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace reflash {

/// Who holds a claim.
struct Holder {
  pid_t pid = 0;        ///< in the holder's own pid namespace; 0: not known
  std::string device;   ///< the name under which the holder knows the device
  std::string purpose;  ///< what it is doing, such as "reflash flash"

  bool operator==(const Holder&) const = default;

  /// "held by process 4711 (reflash flash, as 'port7')", for one who calls the device
  /// `device_name`; a name that is the same is left out.
  [[nodiscard]] std::string Describe(std::string_view device_name) const;
};

}  // namespace reflash
