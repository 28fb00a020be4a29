// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "emu/module_settings.h"

namespace reflash::emu {

/// The settings of a kind of module that is known for its quirks, by its name, such as "molex"
/// (src/emu/README.md lists them); nullptr when there is none. They have neither name nor bus.
const ModuleSettings* FindProfile(std::string_view name);

/// The names of all profiles, in the order of the list in README.md.
std::vector<std::string_view> ProfileNames();

}  // namespace reflash::emu
