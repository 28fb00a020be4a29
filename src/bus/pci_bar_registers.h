// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>

#include "bus/card_registers.h"
#include "bus/pci_function.h"

namespace reflash {

/// The registers in a BAR of a PCI function, through resourceN in sysfs. An access takes about a
/// microsecond, so it is made where it is asked for, and not on a worker.
///
/// A function that somebody else takes out of the machine's list between two accesses ends the
/// process with SIGBUS; our own way to do that is PciSysfsSlot.
class PciBarRegisters : public CardRegisters {
 public:
  /// Touches nothing: the BAR is mapped with the first access. `syscalls` outlives them.
  PciBarRegisters(Syscalls& syscalls, std::shared_ptr<PciFunction> function, unsigned bar);

  /// "pci:0000:3b:00.0": of the function, whatever the BAR.
  [[nodiscard]] const std::string& hardware_address() const override { return hardware_address_; }
  Result<void> CheckUnclaimed() override;

 private:
  Task<std::uint32_t> DoRead(std::uint64_t address) override;
  Task<void> DoWrite(std::uint64_t address, std::uint32_t value) override;
  Task<Bytes> DoReadBlock(std::uint64_t address, std::size_t count, BlockOrder order) override;
  Task<void> DoWriteBlock(std::uint64_t address, ByteView data, BlockOrder order) override;

  /// The words from `address` on; at least `count` bytes of them.
  Result<std::span<volatile std::uint32_t>> WordsAt(std::uint64_t address, std::size_t count);

  Syscalls& syscalls_;
  std::shared_ptr<PciFunction> function_;
  unsigned bar_;
  std::string hardware_address_;
};

}  // namespace reflash
