// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "async/task.h"
#include "base/bytes.h"
#include "base/error.h"

namespace reflash {

/// How the words of a block follow each other on the card.
enum class BlockOrder : std::uint8_t {
  kAscending,  ///< at one address after the other
  kFifo,       ///< all at one address
};

/// The registers of a card: words of 32 bits at byte addresses, little-endian in a block. Owned by
/// the device that uses them, one access at a time. A card that is gone answers FFFFFFFFh to every
/// read; that is no Error here.
class CardRegisters {
 public:
  CardRegisters() = default;
  CardRegisters(const CardRegisters&) = delete;
  CardRegisters& operator=(const CardRegisters&) = delete;
  virtual ~CardRegisters() = default;

  /// Errors of all four: kInvalidArgument for an address or a length that is no multiple of 4, or
  /// that lies outside; kNotFound when the way to the card is gone; kRwError, kTimeout,
  /// kPermission.
  Task<std::uint32_t> Read(std::uint64_t address);
  Task<void> Write(std::uint64_t address, std::uint32_t value);
  /// Reads `count` bytes.
  Task<Bytes> ReadBlock(std::uint64_t address, std::size_t count, BlockOrder order);
  /// `data` lives until the Task has ended.
  Task<void> WriteBlock(std::uint64_t address, ByteView data, BlockOrder order);

  /// What names this card for every process of the machine.
  [[nodiscard]] virtual const std::string& hardware_address() const = 0;

  /// Looks whether a kernel driver has taken hold of what these registers control.
  /// Errors: kBusy with the name of the driver.
  virtual Result<void> CheckUnclaimed() { return {}; }

 private:
  virtual Task<std::uint32_t> DoRead(std::uint64_t address) = 0;
  virtual Task<void> DoWrite(std::uint64_t address, std::uint32_t value) = 0;
  virtual Task<Bytes> DoReadBlock(std::uint64_t address, std::size_t count, BlockOrder order) = 0;
  virtual Task<void> DoWriteBlock(std::uint64_t address, ByteView data, BlockOrder order) = 0;
};

}  // namespace reflash
