// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "bus/card_registers.h"

namespace reflash::fpga {

/// Holds a driver to exactly the accesses of a script, one a line, and answers from it:
///
///     read 20404 -> 2
///     write 20400 <- 1
///     fifo 20800 -> 00010203      words that are read from one address
///     fifo 20800 <- 00010203      words that are written to one address
///     block 18000000 <- 0001      words at one address after the other, either way
///
/// All numbers are hexadecimal. For tests.
class ScriptedCard : public CardRegisters {
 public:
  explicit ScriptedCard(const std::string& script) : script_(script) {}
  ~ScriptedCard() override { EXPECT_EQ(NextLine(), "") << "accesses that did not happen"; }

  [[nodiscard]] const std::string& hardware_address() const override { return address_; }

 private:
  std::string NextLine() {
    std::string line;
    script_ >> std::ws;
    std::getline(script_, line);
    return line;
  }

  Result<std::string> Answer(const std::string& beginning) {
    const std::string line = NextLine();
    if (line.starts_with(beginning)) return line.substr(beginning.size());
    ADD_FAILURE() << beginning << " where the script has: " << line;
    return Fail(ErrorCode::kRwError, "not in the script");
  }

  static std::string_view Name(BlockOrder order) {
    return order == BlockOrder::kFifo ? "fifo" : "block";
  }

  Task<std::uint32_t> DoRead(std::uint64_t address) override {
    const std::string value = co_await Answer(fmt::format("read {:x} -> ", address));
    co_return static_cast<std::uint32_t>(std::stoul(value, nullptr, 16));
  }
  Task<void> DoWrite(std::uint64_t address, std::uint32_t value) override {
    EXPECT_EQ(fmt::format("write {:x} <- {:x}", address, value), NextLine());
    co_return;
  }
  Task<Bytes> DoReadBlock(std::uint64_t address, std::size_t count, BlockOrder order) override {
    const std::string hex = co_await Answer(fmt::format("{} {:x} -> ", Name(order), address));
    Bytes bytes = FromHex(hex).value();
    EXPECT_EQ(bytes.size(), count);
    co_return bytes;
  }
  Task<void> DoWriteBlock(std::uint64_t address, ByteView data, BlockOrder order) override {
    EXPECT_EQ(fmt::format("{} {:x} <- {}", Name(order), address, ToHex(data)), NextLine());
    co_return;
  }

  std::istringstream script_;
  std::string address_ = "card:scripted";
};

}  // namespace reflash::fpga
