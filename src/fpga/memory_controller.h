// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fpga/board_controller.h"

namespace reflash::fpga {

/// A controller whose address space, flash and all, lies beside the FPGA's registers: an N3000 as a
/// lab shows it.
class MemoryController : public BoardController {
 public:
  /// `registers` outlive it.
  MemoryController(CardRegisters& registers, const ControllerFamily& family)
      : BoardController(family), registers_(registers) {}

 private:
  Task<std::uint32_t> DoReadSystem(std::uint64_t address) override;
  Task<void> DoWriteSystem(std::uint64_t address, std::uint32_t value) override;
  Task<Bytes> DoReadFlash(std::uint64_t address, std::size_t count) override;
  Task<void> DoWriteStaging(std::uint64_t offset, ByteView data) override;

  CardRegisters& registers_;
};

}  // namespace reflash::fpga
