// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cmis/module/module_memory.h"

namespace reflash::cmis {

/// Tries whether a module has `pages` pages for the extended payload: a pattern of its own is
/// written to the beginning of each, and all are read back. What the pages held is lost, which is
/// nothing unless a command was being prepared. `burst` is the longest access.
/// Errors: those of the bus.
Task<bool> HasPayloadPages(ModuleMemory& memory, unsigned pages, std::size_t burst);

}  // namespace reflash::cmis
