// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "bus/syscalls.h"

namespace reflash {

/// A PCI function of this machine, as sysfs shows it, such as 0000:3b:00.0. Shared by its registers
/// and its slot: what is mapped of a function that leaves the machine's list must not be touched
/// any more (the kernel answers with SIGBUS), so the slot has it unmapped, and it is mapped anew
/// with the next access. `syscalls` outlives it.
class PciFunction {
 public:
  PciFunction(Syscalls& syscalls, std::string name)
      : syscalls_(syscalls), name_(std::move(name)), folder_(FolderOf(name_)) {}
  PciFunction(const PciFunction&) = delete;
  PciFunction& operator=(const PciFunction&) = delete;
  ~PciFunction() { Unmap(); }

  static std::string FolderOf(const std::string& name) { return "/sys/bus/pci/devices/" + name; }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }

  /// The functions of the same card, this one among them, that the machine lists now.
  /// Errors: those of errno.
  [[nodiscard]] Result<std::vector<std::string>> Siblings() const;

  /// Errors: kBusy with the kernel driver that is bound to the function; those of errno.
  [[nodiscard]] static Result<void> CheckUnclaimed(Syscalls& syscalls, const std::string& name);

  /// The words of a BAR, which is mapped, and the function enabled, when that was not done yet.
  /// Errors: kNotFound when there is no such function or BAR; kPermission; those of errno.
  Result<std::span<volatile std::uint32_t>> Registers(unsigned bar);

  /// Lets go of all BARs.
  void Unmap();

 private:
  Result<void> Enable();
  Result<std::span<std::byte>> Map(unsigned bar);

  Syscalls& syscalls_;
  std::string name_;
  std::string folder_;
  std::map<unsigned, std::span<std::byte>> bars_;
};

}  // namespace reflash
