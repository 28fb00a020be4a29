// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bus/pci_slot.h"
#include "bus/platform_facility.h"
#include "capi/adapter_control.h"
#include "capi/facility_sequence.h"
#include "flash/device.h"

namespace reflash::capi {

/// A CAPI adapter whose flash belongs to the platform (docs/capi.md). The Engine owns it and calls
/// one operation at a time, in the order that flash/device.h tells.
///
/// An update: the units are released (Prepare), the image is downloaded (Write), the same bytes are
/// validated, and the adapter is reset into them (Finish). Whatever ends it after the first chunk
/// resets the adapter too (Cleanup), and a new sequence begins with token zero.
class AdapterDevice : public Device {
 public:
  /// `slot` is where the units of the adapter are released and found again.
  AdapterDevice(Scheduler& scheduler, std::unique_ptr<PlatformFacility> facility,
                std::unique_ptr<PciSlot> slot);

  [[nodiscard]] std::string_view kind() const override { return "capi-adapter"; }
  [[nodiscard]] const std::string& hardware_address() const override {
    return facility_->hardware_address();
  }
  [[nodiscard]] Duration Estimate(Step step, std::uint64_t image_bytes) const override;

 private:
  Task<DeviceInfo> DoInspect(std::stop_token stop) override;
  Task<std::optional<std::string>> DoInUse() override;
  [[nodiscard]] Result<LoadPlan> DoPlanLoad(const Image& image, const JobOptions& options,
                                            const DeviceInfo& before) const override;
  Task<void> DoPrepare(Job& job) override;
  Task<std::uint64_t> DoWrite(Job& job, std::uint64_t offset) override;
  Task<void> DoFinish(Job& job) override;
  Task<void> DoCleanup(Job& job, const Result<void>& outcome) override;
  Task<void> DoReadBack(Job& job) override;
  Task<void> DoAbort(Job& job) override;

  /// Reads the vital data. Errors: kBusy when a sequence is open, or units are and may not be.
  Task<void> CheckFree(bool allow_in_use);
  /// Releases the units, so that nothing is in the way of a reset.
  Task<void> TakeUnits(const Job& job);
  /// One pass of the job's image as a validation.
  Task<void> Validate(Job& job);
  Task<void> TakeUnitsAndValidate(Job& job);
  /// Resets the adapter and gives the units back.
  Task<void> Restart();
  /// Undoes what is left of an operation: a sequence that may be open, units that are released.
  Task<void> Restore();

  Scheduler& scheduler_;
  std::unique_ptr<PlatformFacility> facility_;
  std::unique_ptr<PciSlot> slot_;
  AdapterControl control_;
  std::optional<VitalData> seen_;  ///< what the adapter told last
  std::optional<FacilitySequence> download_;
  bool released_units_ = false;  ///< by us, and not found again
  bool sequence_begun_ = false;  ///< by us, and not confirmed as over by a success or a reset
  const Job* validated_for_ = nullptr;  ///< whose image the platform has compared in Finish
};

}  // namespace reflash::capi
