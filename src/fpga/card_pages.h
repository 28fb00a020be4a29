// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "async/scheduler.h"
#include "fpga/board_controller.h"

namespace reflash::fpga {

/// The page that the FPGA was loaded from; nullptr when it was not loaded at all.
/// Errors: kHwError for a page that the family does not have; those of the controller.
Task<const Page*> ReadRunningPage(BoardController& controller);

/// The page that is loaded at power-on. Errors: as above.
Task<const Page*> ReadPowerOnPage(BoardController& controller);

/// Tells the controller to load the FPGA from `page` now. The card leaves the bus with it, so what
/// comes after is to wait for it, and not to believe that it was done.
Task<void> ReloadFpga(BoardController& controller, const Page& page);

/// Makes `page` the one that is loaded at power-on.
/// Errors: kNotSupported for a family that has no such register; kHwError when the controller
/// refuses; kTimeout when it does not say within 5 s.
Task<void> SetPowerOnPage(Scheduler& scheduler, BoardController& controller, const Page& page);

}  // namespace reflash::fpga
