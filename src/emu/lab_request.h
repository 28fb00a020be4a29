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
#include "bus/card_registers.h"
#include "bus/platform_facility.h"
#include "emu/lab_fault.h"

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

  /// One or many words of a card's registers, in one direction. Owns its bytes.
  struct RegisterAccess {
    enum class Kind : std::uint8_t { kRead, kReadBlock, kWrite, kWriteBlock };

    Kind kind = Kind::kRead;
    std::uint64_t address = 0;  ///< a multiple of 4
    BlockOrder order = BlockOrder::kAscending;
    std::uint32_t value = 0;  ///< of kWrite
    std::size_t count = 0;    ///< of kReadBlock, in bytes; a multiple of 4
    Bytes data;               ///< of kWriteBlock; whole words
  };
  using Registers = std::vector<RegisterAccess>;

  /// A call of the platform that owns an adapter. Owns its bytes.
  struct FacilityCall {
    FacilityOperation operation = FacilityOperation::kVitalData;
    std::uint64_t token = 0;
    std::vector<Bytes> list;
  };

  /// What is done to the hardware over its own bus: one alternative for each kind of it.
  using Exchange = std::variant<Transfer, Registers, FacilityCall>;

  /// The longest message in bytes, and the most messages of a transfer.
  static constexpr std::size_t kLongestMessage = 8192;
  static constexpr std::size_t kMostMessages = 64;
  /// The most accesses of a list, and the most bytes of all of them.
  static constexpr std::size_t kMostAccesses = 4096;
  static constexpr std::size_t kMostAccessBytes = 256U << 10U;

  std::string id = "null";  ///< as JSON: a whole number or a text; null when there was none
  std::string port;
  /// What is asked for. Errors: kInvalidArgument for a line that makes no sense.
  Result<std::variant<Exchange, Control, LabFault>> action;

  /// Understands anything.
  static LabRequest Parse(std::string_view line);
};

}  // namespace reflash::emu
