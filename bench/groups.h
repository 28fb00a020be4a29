// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "report.h"

namespace reflash::bench {

// Each measures one group and adds its figures. A target that is missed is a figure; an Error means
// that it could not be measured.

/// A module that is never busy: how near to the speed of the wire.
Result<void> MeasureBusLimit(Report& report);
/// What a whole update takes besides blocks and the module's own time.
Result<void> MeasureOverhead(Report& report);
/// A module that digests each block for a while: how late its end is noticed.
Result<void> MeasureBusyModules(Report& report);
/// Many modules on one bus.
Result<void> MeasureSharedBus(Report& report);
/// 64 buses, in simulated time and with threads.
Result<void> MeasureManyBuses(Report& report);
/// 2,000 modules in one process.
Result<void> MeasureManyModules(Report& report);
/// CAPI adapters: what a chunk costs, and 200 at once.
Result<void> MeasureAdapters(Report& report);
/// The algorithms of other updaters on the same module.
Result<void> MeasurePeers(Report& report);
/// FPGA cards: how near to the speed of register access, how often they are asked, and many at
/// once.
Result<void> MeasureCards(Report& report);

}  // namespace reflash::bench
