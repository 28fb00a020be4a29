// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_port.h"

#include <utility>

namespace reflash {

LabPort::LabPort(std::shared_ptr<LabConnection> connection, std::string name, I2cLimits limits)
    : connection_(std::move(connection)),
      name_(std::move(name)),
      limits_(limits),
      hardware_address_(connection_->identity() + '#' + name_) {}

Task<I2cReply> LabPort::DoTransfer(std::span<const I2cMessage> messages) {
  return connection_->Transfer(name_, messages);
}

}  // namespace reflash
