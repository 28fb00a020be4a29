// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/syscalls.h"
#include "inventory/findings.h"

namespace reflash::inventory {

/// Adds the FPGA cards of this machine, as sysfs lists them by their PCI ids. No card is touched.
/// One that cannot be reached (an N3000) is a remark.
void FindCards(Syscalls& syscalls, Findings& findings);

}  // namespace reflash::inventory
