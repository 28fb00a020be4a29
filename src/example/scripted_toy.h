// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>
#include <string>

#include "example/toy_registers.h"

namespace reflash::example {

/// Holds a driver to exactly the accesses of a script, one a line, and answers from it:
///
///     read 8 -> 2
///     write 10 <- 1
///     block 0001020304
///
/// All numbers are hexadecimal. What a RecordedToy wrote down is such a script. For tests only.
class ScriptedToy : public ToyRegisters {
 public:
  explicit ScriptedToy(const std::string& script) : script_(script) {}
  ~ScriptedToy() override { EXPECT_EQ(NextLine(), "") << "accesses that did not happen"; }

  [[nodiscard]] const std::string& hardware_address() const override { return address_; }

 private:
  std::string NextLine() {
    std::string line;
    script_ >> std::ws;
    std::getline(script_, line);
    return line;
  }

  Task<std::uint32_t> DoRead(std::uint32_t address) override {
    const std::string line = NextLine();
    const std::string beginning = fmt::format("read {:x} -> ", address);
    if (!line.starts_with(beginning)) {
      ADD_FAILURE() << beginning << " where the script has: " << line;
      co_return Fail(ErrorCode::kRwError, "not in the script");
    }
    co_return static_cast<std::uint32_t>(std::stoul(line.substr(beginning.size()), nullptr, 16));
  }
  Task<void> DoWrite(std::uint32_t address, std::uint32_t value) override {
    EXPECT_EQ(fmt::format("write {:x} <- {:x}", address, value), NextLine());
    co_return;
  }
  Task<void> DoWriteBlock(ByteView block) override {
    EXPECT_EQ("block " + ToHex(block), NextLine());
    co_return;
  }

  std::istringstream script_;
  std::string address_ = "toy:scripted";
};

/// Passes everything on and writes it down, as `trace record` does for a real bus. Tests only.
class RecordedToy : public ToyRegisters {
 public:
  /// `recording` outlives it.
  RecordedToy(std::unique_ptr<ToyRegisters> toy, std::string& recording)
      : toy_(std::move(toy)), recording_(recording) {}

  [[nodiscard]] const std::string& hardware_address() const override {
    return toy_->hardware_address();
  }

 private:
  Task<std::uint32_t> DoRead(std::uint32_t address) override {
    const std::uint32_t value = co_await toy_->Read(address);
    recording_ += fmt::format("read {:x} -> {:x}\n", address, value);
    co_return value;
  }
  Task<void> DoWrite(std::uint32_t address, std::uint32_t value) override {
    recording_ += fmt::format("write {:x} <- {:x}\n", address, value);
    return toy_->Write(address, value);
  }
  Task<void> DoWriteBlock(ByteView block) override {
    recording_ += "block " + ToHex(block) + "\n";
    return toy_->WriteBlock(block);
  }

  std::unique_ptr<ToyRegisters> toy_;
  std::string& recording_;
};

}  // namespace reflash::example
