// SPDX-License-Identifier: Apache-2.0
#include "bus/i2c_port.h"

namespace reflash {
namespace {

Result<void> Check(const I2cMessage& message, const I2cLimits& limits) {
  if (!message.write.empty() && message.read > 0) {
    return Fail(ErrorCode::kInvalidArgument, "an I2C message either writes or reads");
  }
  if (message.write.size() > limits.max_write_bytes) {
    return Fail(ErrorCode::kInvalidArgument,
                "an I2C write of {} bytes; this adapter takes at most {}", message.write.size(),
                limits.max_write_bytes);
  }
  if (message.read > limits.max_read_bytes) {
    return Fail(ErrorCode::kInvalidArgument,
                "an I2C read of {} bytes; this adapter gives at most {}", message.read,
                limits.max_read_bytes);
  }
  return {};
}

}  // namespace

Task<I2cReply> I2cPort::Transfer(std::span<const I2cMessage> messages) {
  const I2cLimits allowed = limits();
  for (const I2cMessage& message : messages) co_await Check(message, allowed);
  co_return co_await DoTransfer(messages);
}

}  // namespace reflash
