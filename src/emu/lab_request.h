// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "bus/i2c_port.h"
#include "emu/fault_settings.h"

namespace reflash::emu {

/// One line that a client of the lab socket sent, with all that can be checked without the lab.
struct LabRequest {
  enum class Control : std::uint8_t { kPowerCycle, kReset, kRemove, kInsert, kDump };

  /// A message of a transfer, which owns its bytes.
  struct Message {
    Bytes write;
    std::size_t read = 0;
  };
  using Transfer = std::vector<Message>;

  /// The longest message in bytes, and the most messages of a transfer.
  static constexpr std::size_t kLongestMessage = 8192;
  static constexpr std::size_t kMostMessages = 64;

  std::string id = "null";  ///< as JSON: a whole number or a text; null when there was none
  std::string port;
  /// What is asked for. Errors: kInvalidArgument for a line that makes no sense.
  Result<std::variant<Transfer, Control, FaultSettings>> action;

  /// Understands anything.
  static LabRequest Parse(std::string_view line);
};

}  // namespace reflash::emu
