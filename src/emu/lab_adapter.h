// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "emu/adapter/emulated_adapter.h"
#include "emu/adapter/emulated_facility.h"
#include "emu/lab_hardware.h"

namespace reflash::emu {

/// A place of a lab where a CAPI adapter is, or may be, plugged in: the adapter and its platform.
/// `scheduler` outlives it.
class LabAdapter : public LabHardware {
 public:
  LabAdapter(AdapterSettings settings, Scheduler& scheduler)
      : LabHardware(settings.name),
        adapter_(std::move(settings), scheduler),
        facility_(scheduler, adapter_) {}

  /// Drivers in this process make their own EmulatedFacility for it.
  [[nodiscard]] EmulatedAdapter& adapter() { return adapter_; }

  Task<std::string> Exchange(const LabRequest::Exchange& exchange) override;
  void PowerCycle() override { adapter_.PowerCycle(); }
  void Reset() override { adapter_.Reset(); }
  void Remove() override { adapter_.Remove(); }
  void Insert() override { adapter_.Insert(); }
  Result<void> AddFault(const LabFault& fault) override;
  std::string Dump() override;

 private:
  EmulatedAdapter adapter_;
  EmulatedFacility facility_;
};

}  // namespace reflash::emu
