// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

#include "async/scheduler.h"
#include "bus/module_eeprom.h"

namespace reflash::cmis {

/// The memory of a module, read and written with patience: a module that does not acknowledge is
/// asked again until it does (ACK polling), since it may be busy with what it was told before
/// (CMIS 5.0, 5.2.4: up to 80 ms after a write). Long accesses are cut into bursts.
/// Owned by the device; `scheduler` outlives it.
class ModuleMemory {
 public:
  /// How long a module may stay silent before it counts as gone: tWRITENV of 80 ms, with margin.
  static constexpr Duration kPatience = std::chrono::milliseconds(300);

  ModuleMemory(Scheduler& scheduler, std::unique_ptr<ModuleEeprom> eeprom)
      : scheduler_(scheduler), eeprom_(std::move(eeprom)) {}

  /// Reads `count` bytes, in bursts of at most `longest_burst` bytes.
  /// Errors: kTimeout when the module does not acknowledge for kPatience; those of the bus.
  Task<Bytes> Read(EepromAddress address, std::size_t count, std::size_t longest_burst = 128);
  /// Writes `data`, in bursts of at most `longest_burst` bytes. Errors: as for Read.
  Task<void> Write(EepromAddress address, ByteView data, std::size_t longest_burst);

  /// One read without patience, for who polls a busy module.
  Task<EepromReply> TryRead(EepromAddress address, std::size_t count) {
    return eeprom_->Read(address, count);
  }

  /// What the host side carries in one access, in bytes of data.
  [[nodiscard]] EepromLimits limits() const { return eeprom_->limits(); }
  [[nodiscard]] const std::string& hardware_address() const { return eeprom_->hardware_address(); }

  /// See I2cPort::CheckUnclaimed: kBusy while a kernel driver has the module.
  Result<void> CheckUnclaimed() { return eeprom_->CheckUnclaimed(); }

  /// Says that the module was reset, or that somebody else may have used it.
  void Forget() { eeprom_->Forget(); }

 private:
  /// Waits before a module that did not acknowledge is asked again.
  Task<void> BePatient(TimePoint since);

  Scheduler& scheduler_;
  std::unique_ptr<ModuleEeprom> eeprom_;
};

}  // namespace reflash::cmis
