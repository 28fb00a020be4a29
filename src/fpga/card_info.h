// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "flash/device_info.h"
#include "fpga/board_controller.h"
#include "fpga/update_state.h"

namespace reflash::fpga {

/// Reads what a card is and holds. `state` is what its controller says of updates: while one is
/// open, the flash cannot be read, and what stands there is left out. Nothing is changed.
/// `registers` are those of the FPGA.
Task<DeviceInfo> ReadCardInfo(CardRegisters& registers, BoardController& controller,
                              UpdateState state);

}  // namespace reflash::fpga
