// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "example/toy_registers.h"
#include "example/toy_words.h"
#include "flash/device.h"

namespace reflash::example {

/// A toy with two image banks, see README.md. The Engine owns it and calls one operation at a time
/// in the order that flash/device.h tells; so there are no locks here and no thought for others.
/// DoCancel is not overridden: whatever can be stopped here looks at the job's stop token, or ends
/// so soon that the engine's own look between two blocks is enough.
class ToyDevice : public Device {
 public:
  ToyDevice(Scheduler& scheduler, std::unique_ptr<ToyRegisters> registers)
      : scheduler_(scheduler), registers_(std::move(registers)) {}

  [[nodiscard]] std::string_view kind() const override { return "toy"; }
  [[nodiscard]] const std::string& hardware_address() const override {
    return registers_->hardware_address();
  }
  [[nodiscard]] Duration Estimate(Step step, std::uint64_t image_bytes) const override;

 private:
  Task<DeviceInfo> DoInspect(std::stop_token stop) override;
  Task<std::optional<std::string>> DoInUse() override;
  Task<void> DoPrepare(Job& job) override;
  Task<std::uint64_t> DoWrite(Job& job, std::uint64_t offset) override;
  Task<void> DoFinish(Job& job) override;
  Task<void> DoCleanup(Job& job, const Result<void>& outcome) override;
  Task<void> DoRun(Job& job) override;
  Task<void> DoCommit(Job& job) override;
  Task<void> DoRollback(Job& job) override;
  Task<void> DoAbort(Job& job) override;

  /// Gives a command and waits until the toy has done it; see Await.
  Task<void> Perform(ToyCommand command, Duration longest);
  /// Waits while the toy is busy. Errors: kTimeout after `longest`; what the toy says in its error
  /// register; kNotFound when it restarts or is gone.
  Task<void> Await(Duration longest);
  Task<void> Restart(Job& job, ToyCommand command);

  Scheduler& scheduler_;
  std::unique_ptr<ToyRegisters> registers_;
};

}  // namespace reflash::example
