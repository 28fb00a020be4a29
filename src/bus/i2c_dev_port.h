// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "async/fair_queue.h"
#include "bus/bus_options.h"
#include "bus/device_file.h"
#include "bus/i2c_adapter.h"
#include "bus/i2c_dev_bus.h"
#include "bus/i2c_dev_buses.h"
#include "bus/i2c_port.h"
#include "bus/syscalls.h"

namespace reflash {

/// The module at 50h behind a node such as /dev/i2c-7, reached with I2C_RDWR: the messages of a
/// transaction go out with repeated START. What a failed ioctl means on the bus stands in the
/// table of i2c_dev_port.cc.
///
/// A transaction that loses the arbitration against another master did not happen; it is tried
/// again at once, three times at most.
class I2cDevPort : public I2cPort {
 public:
  /// Opens a node. Does not touch the bus. `syscalls` and `buses` outlive the port.
  /// Errors: those of I2cAdapter::OfNode; kNotSupported when the adapter can only do SMBus; kBusy
  /// when a kernel driver is bound to 50h; kPermission; kInvalidArgument for impossible options.
  static Result<std::unique_ptr<I2cPort>> Open(Syscalls& syscalls, I2cDevBuses& buses,
                                               const std::string& node, const BusOptions& options);

  /// 8192 bytes a message, the limit of i2c-dev, or less if the options say so.
  [[nodiscard]] I2cLimits limits() const override { return limits_; }
  [[nodiscard]] const std::string& hardware_address() const override { return hardware_address_; }
  Result<void> CheckUnclaimed() override;

 private:
  I2cDevPort(std::string node, DeviceFile file, I2cAdapter adapter, I2cDevBus& bus,
             I2cLimits limits);

  Task<I2cReply> DoTransfer(std::span<const I2cMessage> messages) override;
  Result<I2cReply> TransferBlocking(std::span<const I2cMessage> messages);

  std::string node_;
  DeviceFile file_;
  I2cAdapter adapter_;
  I2cDevBus& bus_;
  FairQueue::Flow flow_;
  I2cLimits limits_;
  std::string hardware_address_;
};

}  // namespace reflash
