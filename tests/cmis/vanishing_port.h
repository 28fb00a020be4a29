// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "bus/i2c_port.h"

namespace reflash {

/// The way to a module over a bus that goes away: every transfer after the first `transfers` is an
/// Error with `code`. For tests.
class VanishingPort : public I2cPort {
 public:
  VanishingPort(std::unique_ptr<I2cPort> port, std::uint32_t transfers, ErrorCode code)
      : port_(std::move(port)), left_(transfers), code_(code) {}

  [[nodiscard]] I2cLimits limits() const override { return port_->limits(); }
  [[nodiscard]] const std::string& hardware_address() const override {
    return port_->hardware_address();
  }

 private:
  Task<I2cReply> DoTransfer(std::span<const I2cMessage> messages) override {
    if (left_ == 0) co_return Fail(code_, "the bus is gone");
    --left_;
    co_return co_await port_->Transfer(messages);
  }

  std::unique_ptr<I2cPort> port_;
  std::uint32_t left_;
  ErrorCode code_;
};

}  // namespace reflash
