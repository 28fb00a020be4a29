// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bus/module_eeprom.h"
#include "bus/network_interface.h"
#include "cmis/cdb/commands.h"
#include "cmis/update/download.h"
#include "cmis/update/host_settings.h"
#include "cmis/update/session.h"
#include "flash/device.h"

namespace reflash::cmis {

/// A pluggable module with a CMIS memory map, updated by CDB commands. See docs/cmis.md.
class CmisDevice : public Device {
 public:
  /// `interfaces` are those whose traffic runs through the module.
  CmisDevice(Scheduler& scheduler, std::unique_ptr<ModuleEeprom> eeprom,
             std::vector<NetworkInterface> interfaces);

  [[nodiscard]] std::string_view kind() const override { return "cmis-module"; }
  [[nodiscard]] const std::string& hardware_address() const override {
    return memory_.hardware_address();
  }
  [[nodiscard]] Duration Estimate(Step step, std::uint64_t image_bytes) const override;

 private:
  Task<DeviceInfo> DoInspect(std::stop_token stop) override;
  Task<std::optional<std::string>> DoInUse() override;
  Task<void> DoPrepare(Job& job) override;
  Task<std::uint64_t> DoWrite(Job& job, std::uint64_t offset) override;
  Task<void> DoFinish(Job& job) override;
  Task<void> DoCleanup(Job& job, const Result<void>& outcome) override;
  Task<void> DoReadBack(Job& job) override;
  Task<void> DoRun(Job& job) override;
  Task<void> DoCommit(Job& job) override;
  Task<void> DoRollback(Job& job) override;
  Task<void> DoAbort(Job& job) override;

  /// Finds out what is plugged in.
  Task<void> Connect();
  /// The same, with the password of a job.
  Task<void> ConnectFor(const Job& job);
  /// The same, but for a module that is known already.
  Task<void> ContinueFor(const Job& job);
  Task<ModuleState> ReadState();
  Task<void> RunOtherBank(Job& job, bool hitless);
  /// Tells the module to start an image, and whether it restarted before it could say that it will.
  Task<bool> Run(RunMode mode);
  Task<void> SoftwareReset();
  Task<bool> OtherBankRuns(std::string_view before);
  /// Waits until the module has restarted out of bank `before` and works again; `restarted` says
  /// that it was seen to restart already.
  Task<void> AwaitRestart(Job& job, std::string before, bool hitless, bool restarted);

  Scheduler& scheduler_;
  ModuleMemory memory_;
  std::vector<NetworkInterface> interfaces_;
  std::unique_ptr<Session> session_;
  std::optional<Download> download_;
  std::optional<HostSettings> settings_;  ///< of the host, to be restored after an update
  std::optional<std::uint32_t> password_;
};

}  // namespace reflash::cmis
