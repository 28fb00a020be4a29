// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cmis/module/module_memory.h"

namespace reflash::cmis {

/// What the host has set in a module and a restart of the module loses: low power requested by
/// software (byte 26) and the masks of the module's flags (byte 31). An update keeps them.
class HostSettings {
 public:
  static Task<HostSettings> Read(ModuleMemory& memory);
  /// Writes them again where the module has others now.
  Task<void> Restore(ModuleMemory& memory) const;

 private:
  std::byte controls_{};
  std::byte masks_{};
};

}  // namespace reflash::cmis
