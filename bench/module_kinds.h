// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emu/module_settings.h"

namespace reflash::bench {

/// A kind of module, by how it takes image data.
struct ModuleKind {
  const char* name = "";
  emu::ModuleSettings settings;
};

/// Modules that are never busy, take every byte of the image in a block (no start header, nothing
/// skipped) and are not read back, so that the work is the same for all and known.
inline emu::ModuleSettings NeverBusy(emu::ModuleSettings settings) {
  settings.start_header = 0;
  settings.skip_erased = false;
  settings.readback = false;
  settings.start_busy = settings.block_busy = settings.complete_busy = Duration::zero();
  settings.run_busy = settings.commit_busy = settings.command_busy = Duration::zero();
  return settings;
}

inline ModuleKind Epl2048() {
  return {"epl-2048", NeverBusy({.write = emu::WriteMechanism::kEpl, .trigger_on_stop = false})};
}
inline ModuleKind Epl128() {
  return {"epl-128", NeverBusy({.write = emu::WriteMechanism::kEpl,
                                .read_write_length_ext = 15,
                                .auto_paging = false,
                                .trigger_on_stop = false})};
}
inline ModuleKind LplOnStop() {
  return {"lpl-stop", NeverBusy({.write = emu::WriteMechanism::kLpl})};
}
inline ModuleKind Lpl() {
  return {"lpl", NeverBusy({.write = emu::WriteMechanism::kLpl, .trigger_on_stop = false})};
}
inline ModuleKind Lpl8() {
  return {"lpl-8", NeverBusy({.write = emu::WriteMechanism::kLpl,
                              .read_write_length_ext = 0,
                              .auto_paging = false,
                              .trigger_on_stop = false})};
}

}  // namespace reflash::bench
