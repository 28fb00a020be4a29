// SPDX-License-Identifier: Apache-2.0
#include "cmis/update/host_settings.h"

#include "cmis/module/memory_map.h"

namespace reflash::cmis {
namespace {

/// Asks for an action instead of setting something.
constexpr std::byte kActions{kSoftwareReset};

Task<void> SetByte(ModuleMemory& memory, EepromAddress address, std::byte value) {
  const Bytes now = co_await memory.Read(address, 1);
  if (now[0] == value) co_return;
  const Bytes bytes{value};
  co_await memory.Write(address, bytes, bytes.size());
}

}  // namespace

Task<HostSettings> HostSettings::Read(ModuleMemory& memory) {
  HostSettings settings;
  settings.controls_ = (co_await memory.Read(kModuleControls, 1))[0] & ~kActions;
  settings.masks_ = (co_await memory.Read(kModuleFlagMasks, 1))[0];
  co_return settings;
}

Task<void> HostSettings::Restore(ModuleMemory& memory) const {
  co_await SetByte(memory, kModuleControls, controls_);
  co_await SetByte(memory, kModuleFlagMasks, masks_);
}

}  // namespace reflash::cmis
