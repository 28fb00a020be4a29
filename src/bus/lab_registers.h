// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "bus/card_registers.h"
#include "bus/lab_connection.h"

namespace reflash {

/// The registers of the emulated card behind one port of a lab.
class LabRegisters : public CardRegisters {
 public:
  /// The longest block in one request. With two digits a byte, its line is far below the longest
  /// that either side takes (LabSocket::kMaxLineBytes).
  static constexpr std::size_t kMostBlockBytes = std::size_t{1} << 18U;

  /// Does not ask whether the lab has such a port; the first access finds out.
  LabRegisters(std::shared_ptr<LabConnection> connection, std::string name);

  /// Such as "lab:65024:1234#card0".
  [[nodiscard]] const std::string& hardware_address() const override { return hardware_address_; }

 private:
  Task<std::uint32_t> DoRead(std::uint64_t address) override;
  Task<void> DoWrite(std::uint64_t address, std::uint32_t value) override;
  Task<Bytes> DoReadBlock(std::uint64_t address, std::size_t count, BlockOrder order) override;
  Task<void> DoWriteBlock(std::uint64_t address, ByteView data, BlockOrder order) override;

  /// One access; what it read, if it reads.
  Task<std::vector<LabValue>> Perform(LabAccess access);

  std::shared_ptr<LabConnection> connection_;
  std::string name_;
  std::string hardware_address_;
};

}  // namespace reflash
