// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace reflash {

/// Where a load operation is, in the words of the FPGA image-load design.
enum class Phase : std::uint8_t {
  kIdle,         ///< nothing runs
  kStarting,     ///< admitted, not begun
  kPreparing,    ///< the device is made ready for the image
  kWriting,      ///< the image goes to the device
  kProgramming,  ///< the device verifies, programs and starts the image
};

/// The word for a phase, such as "writing". It is part of the interface.
std::string_view PhaseWord(Phase phase);
std::optional<Phase> PhaseFromWord(std::string_view word);

}  // namespace reflash
