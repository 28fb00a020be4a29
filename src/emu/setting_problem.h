// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace reflash::emu {

/// A value that no emulated hardware of its kind can have.
struct SettingProblem {
  std::string_view key;
  std::string_view problem;  ///< continues a sentence that begins with the key
};

}  // namespace reflash::emu
