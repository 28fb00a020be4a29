// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "base/version.h"
#include "flash/device_info.h"
#include "flash/load_plan.h"
#include "flash/publication.h"
#include "flash/registered_device.h"

namespace reflash {

/// What the engine keeps with an admitted job until it has ended: the claim, and what was found.
struct Admission {
  Admission(Scheduler& scheduler, Ledger& ledger, std::shared_ptr<PublishingPace> pace, Claim claim)
      : publication(scheduler, ledger, std::move(pace), std::move(claim)) {}

  Publication publication;
  std::shared_ptr<RegisteredDevice> device;
  DeviceInfo before;
  LoadPlan plan;
  std::optional<Version> wanted;
};

}  // namespace reflash
