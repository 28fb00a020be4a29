// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

#include "async/scheduler.h"
#include "bus/platform_facility.h"
#include "capi/vital_data.h"

namespace reflash::capi {

/// The calls to a platform that hand over no image. Owned by the device; scheduler and facility
/// outlive it.
class AdapterControl {
 public:
  AdapterControl(Scheduler& scheduler, PlatformFacility& facility)
      : scheduler_(scheduler), facility_(facility) {}

  /// What the adapter tells of itself.
  /// Errors: those of CallPatiently; kHwError when it makes no sense.
  Task<VitalData> ReadVitalData(std::stop_token stop = {});

  /// Resets the adapter, which ends whatever sequence was open, and waits until it tells of itself
  /// again. Cannot be stopped. Errors: kTimeout when it does not come back; those of CallPatiently.
  Task<void> Reset();

 private:
  Task<FacilityReply> Call(FacilityOperation operation, std::stop_token stop);
  Task<void> AwaitReturn();

  Scheduler& scheduler_;
  PlatformFacility& facility_;
};

}  // namespace reflash::capi
