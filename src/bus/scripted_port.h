// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "bus/i2c_port.h"

namespace reflash {

/// What a ScriptedPort was asked and what it will answer. Lives longer than the port. For tests.
struct PortScript {
  /// The transactions, each as text: "W7e009f" writes these bytes, "W80 R4" writes the offset 80h
  /// and reads four bytes after a repeated START.
  std::vector<std::string> transactions;
  /// The answers, in order; when they are used up, everything is acknowledged and zeroes are read.
  std::deque<Result<I2cReply>> answers;
  I2cLimits limits;

  void Acknowledge() { answers.emplace_back(I2cReply{.read = {}}); }
  void Acknowledge(Bytes read) { answers.emplace_back(I2cReply{.read = std::move(read)}); }
  void Refuse() { answers.emplace_back(I2cReply{.not_acknowledged_at = 0}); }
  void Break() { answers.emplace_back(Fail(ErrorCode::kRwError, "the bus broke")); }

  /// The transactions since the last call.
  std::vector<std::string> TakeTransactions() { return std::exchange(transactions, {}); }
};

/// A port that records what it is asked and answers what it was told to.
class ScriptedPort : public I2cPort {
 public:
  explicit ScriptedPort(PortScript& script) : script_(script) {}

  [[nodiscard]] I2cLimits limits() const override { return script_.limits; }
  [[nodiscard]] const std::string& hardware_address() const override { return hardware_address_; }

 private:
  Task<I2cReply> DoTransfer(std::span<const I2cMessage> messages) override {
    std::string text;
    std::size_t reads = 0;
    for (const I2cMessage& message : messages) {
      text += text.empty() ? "" : " ";
      text += message.read > 0 ? fmt::format("R{}", message.read) : "W" + ToHex(message.write);
      reads += message.read;
    }
    script_.transactions.push_back(std::move(text));
    if (script_.answers.empty()) co_return I2cReply{.read = Bytes(reads)};
    Result<I2cReply> answer = std::move(script_.answers.front());
    script_.answers.pop_front();
    co_return answer;
  }

  PortScript& script_;
  std::string hardware_address_ = "scripted";
};

}  // namespace reflash
