// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>

#include "async/scheduler.h"
#include "bus/i2c_port.h"
#include "bus/recording_file.h"

namespace reflash {

/// A port that writes down what goes through it, also what went wrong, and is in every other way
/// the port that it owns.
class RecordingPort : public I2cPort {
 public:
  /// Begins the recording; its time starts now. `scheduler` and `file` outlive the port.
  static std::unique_ptr<I2cPort> Begin(Scheduler& scheduler, RecordingFile& file,
                                        std::unique_ptr<I2cPort> port);

  [[nodiscard]] I2cLimits limits() const override { return port_->limits(); }
  [[nodiscard]] const std::string& hardware_address() const override {
    return port_->hardware_address();
  }
  Result<void> CheckUnclaimed() override { return port_->CheckUnclaimed(); }

 private:
  RecordingPort(Scheduler& scheduler, RecordingFile& file, std::unique_ptr<I2cPort> port);

  Task<I2cReply> DoTransfer(std::span<const I2cMessage> messages) override;

  Scheduler& scheduler_;
  RecordingFile& file_;
  std::unique_ptr<I2cPort> port_;
  TimePoint start_;
};

}  // namespace reflash
