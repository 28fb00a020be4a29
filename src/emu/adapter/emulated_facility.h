// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "async/scheduler.h"
#include "bus/platform_facility.h"
#include "emu/adapter/emulated_adapter.h"

namespace reflash::emu {

/// The facility of an emulated adapter in this process: every call takes its time. `scheduler` and
/// `adapter` outlive it.
class EmulatedFacility : public PlatformFacility {
 public:
  EmulatedFacility(Scheduler& scheduler, EmulatedAdapter& adapter)
      : scheduler_(scheduler),
        adapter_(adapter),
        hardware_address_("emulated/" + adapter.settings().name) {}

  [[nodiscard]] const std::string& hardware_address() const override { return hardware_address_; }

 private:
  Task<FacilityReply> DoCall(FacilityOperation operation, std::uint64_t token,
                             std::span<const ByteView> list) override {
    co_await scheduler_.Sleep(adapter_.settings().call);
    co_return adapter_.Call(operation, token, list, scheduler_.Now());
  }

  Scheduler& scheduler_;
  EmulatedAdapter& adapter_;
  std::string hardware_address_;
};

}  // namespace reflash::emu
