// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>

#include "bus/module_eeprom.h"

namespace reflash::cmis {

/// A module for tests that says exactly which accesses it expects, in order, and what it answers.
/// An access is written "W page:offset data" or "R page:offset count", with hexadecimal digits.
class ScriptedEeprom : public ModuleEeprom {
 public:
  explicit ScriptedEeprom(EepromLimits limits = {.max_write_bytes = 4096, .max_read_bytes = 4096})
      : limits_(limits) {}

  void Expect(std::string access, std::string answer = "") {
    script_.push_back({std::move(access), std::move(answer), true});
  }
  void ExpectNotAcknowledged(std::string access) {
    script_.push_back({std::move(access), "", false});
  }
  [[nodiscard]] bool finished() const { return script_.empty(); }

  [[nodiscard]] EepromLimits limits() const override { return limits_; }
  [[nodiscard]] const std::string& hardware_address() const override { return address_; }

 private:
  struct Step {
    std::string access;
    std::string answer;
    bool acknowledged;
  };

  Task<EepromReply> DoRead(EepromAddress address, std::size_t count) override {
    co_return Answer(fmt::format("R {:02x}:{} {}", address.page, address.offset, count));
  }

  Task<EepromReply> DoWrite(EepromAddress address, ByteView data) override {
    co_return Answer(fmt::format("W {:02x}:{} {}", address.page, address.offset, ToHex(data)));
  }

  EepromReply Answer(const std::string& access) {
    if (script_.empty()) {
      ADD_FAILURE() << "not expected: " << access;
      return {.acknowledged = false, .read = {}};
    }
    const Step step = std::move(script_.front());
    script_.pop_front();
    EXPECT_EQ(access, step.access);
    return {.acknowledged = step.acknowledged, .read = FromHex(step.answer).value()};
  }

  EepromLimits limits_;
  std::string address_ = "scripted";
  std::deque<Step> script_;
};

}  // namespace reflash::cmis
