// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>

#include "bus/i2c_port.h"
#include "bus/lab_connection.h"

namespace reflash {

/// The emulated module behind one port of a lab.
class LabPort : public I2cPort {
 public:
  /// Does not ask whether the lab has such a port; the first transfer finds out.
  LabPort(std::shared_ptr<LabConnection> connection, std::string name, I2cLimits limits);

  [[nodiscard]] I2cLimits limits() const override { return limits_; }
  /// Such as "lab:65024:1234#swp1".
  [[nodiscard]] const std::string& hardware_address() const override { return hardware_address_; }

 private:
  Task<I2cReply> DoTransfer(std::span<const I2cMessage> messages) override;

  std::shared_ptr<LabConnection> connection_;
  std::string name_;
  I2cLimits limits_;
  std::string hardware_address_;
};

}  // namespace reflash
