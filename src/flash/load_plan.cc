// SPDX-License-Identifier: Apache-2.0
#include "flash/load_plan.h"

namespace reflash {

LoadPlan LoadPlan::IntoIdleBank(const DeviceInfo& device) {
  LoadPlan plan;
  if (const Bank* const idle = device.IdleBank()) plan.bank = idle->name;
  return plan;
}

}  // namespace reflash
