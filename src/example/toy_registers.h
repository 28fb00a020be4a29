// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "async/task.h"
#include "base/bytes.h"

namespace reflash::example {

/// The way to one toy. The driver talks to it and has no idea what carries the bytes: hardware, an
/// emulated toy or a script are backends. It is owned by the driver.
class ToyRegisters {
 public:
  ToyRegisters() = default;
  ToyRegisters(const ToyRegisters&) = delete;
  ToyRegisters& operator=(const ToyRegisters&) = delete;
  virtual ~ToyRegisters() = default;

  /// What names the hardware for all processes of the machine: "toy:/dev/toy0". Two ways to one
  /// toy give the same address.
  [[nodiscard]] virtual const std::string& hardware_address() const = 0;

  /// Errors: kRwError when the toy cannot be reached.
  Task<std::uint32_t> Read(std::uint32_t address) { return DoRead(address); }
  /// Errors: kRwError when the toy cannot be reached.
  Task<void> Write(std::uint32_t address, std::uint32_t value) { return DoWrite(address, value); }
  /// Fills the buffer for a block from its beginning. `block` outlives the Task.
  /// Errors: kRwError when the toy cannot be reached.
  Task<void> WriteBlock(ByteView block) { return DoWriteBlock(block); }

 private:
  virtual Task<std::uint32_t> DoRead(std::uint32_t address) = 0;
  virtual Task<void> DoWrite(std::uint32_t address, std::uint32_t value) = 0;
  virtual Task<void> DoWriteBlock(ByteView block) = 0;
};

}  // namespace reflash::example
