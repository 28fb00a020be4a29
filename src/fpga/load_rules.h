// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "flash/device_info.h"
#include "flash/job_options.h"
#include "flash/load_plan.h"
#include "fpga/pacsign_file.h"

namespace reflash::fpga {

/// Where a PACSign file goes on a card that holds `card`, and whether it may go there. What can
/// never be undone needs an option of its own.
/// Errors: kPermission with the option that allows it; kBusy for a factory image while the FPGA
/// runs from the factory page, since then nothing would be left to fall back to; kNotSupported for
/// a sort of which no source tells where a card puts it.
Result<LoadPlan> PlanLoadOf(const PacsignFile& file, const JobOptions& options,
                            const DeviceInfo& card);

}  // namespace reflash::fpga
