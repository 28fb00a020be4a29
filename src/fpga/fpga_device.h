// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bus/card_registers.h"
#include "bus/network_interface.h"
#include "bus/pci_slot.h"
#include "flash/device.h"
#include "fpga/board_controller.h"
#include "fpga/secure_update.h"
#include "fpga/step_pace.h"

namespace reflash::fpga {

/// An FPGA card whose board controller authenticates and programs its images. Loading only stages
/// an image and has it programmed; Run has the FPGA loaded from its page, and the card leaves the
/// bus for that time. See docs/fpga.md.
///
/// Canceling: between two blocks, and once the staging area is erased; until the image is handed
/// over for authentication. From there the controller cannot be stopped, and Finish says so.
class FpgaDevice : public Device {
 public:
  /// `interfaces` are those whose traffic runs through the card.
  FpgaDevice(Scheduler& scheduler, std::unique_ptr<CardRegisters> registers,
             std::unique_ptr<PciSlot> slot, std::vector<NetworkInterface> interfaces);

  [[nodiscard]] std::string_view kind() const override { return "fpga-card"; }
  [[nodiscard]] const std::string& hardware_address() const override {
    return registers_->hardware_address();
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
  Task<void> DoRun(Job& job) override;
  Task<void> DoCommit(Job& job) override;
  Task<void> DoRollback(Job& job) override;
  Task<void> DoAbort(Job& job) override;

  /// What was loaded and does not run yet.
  struct Staged {
    std::string image_name;
    std::string bank;
  };

  /// Finds out what card answers. Whatever was known before is forgotten.
  Task<void> Connect();
  void Forget();
  /// The page to start where nobody named one.
  [[nodiscard]] const Page& DefaultPage(const Page* running) const;
  /// The page that is not `running`: the one that was left last, the other user page, what is
  /// loaded at power-on.
  [[nodiscard]] const Page& OtherPage(const Page* running, const Page* power_on) const;
  /// Loads the FPGA from `page` and waits until the card works again.
  Task<void> Start(Job& job, const Page& page);
  Task<void> AwaitReturn();
  Task<void> CheckReturned();
  void Saw(const Job& job, Step step, TimePoint begin);

  Scheduler& scheduler_;
  std::unique_ptr<CardRegisters> registers_;
  std::unique_ptr<PciSlot> slot_;
  std::vector<NetworkInterface> interfaces_;
  std::unique_ptr<BoardController> controller_;
  std::optional<SecureUpdate> update_;  ///< on controller_
  const ControllerFamily* family_ = nullptr;
  StepPace pace_;
  TimePoint write_begin_;
  bool opened_ = false;  ///< the update is ours, not that of another host
  std::optional<Staged> staged_;
  std::string left_page_;  ///< that ran before the last start
};

}  // namespace reflash::fpga
