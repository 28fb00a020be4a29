// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace reflash::emu {

/// A fault in the words of a lab file, which mean to each kind of hardware what it says they do.
struct LabFault {
  std::string when;
  std::uint32_t nth = 1;
  std::string effect;
};

}  // namespace reflash::emu
