// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "async/fair_queue.h"
#include "bus/bus_options.h"
#include "bus/device_file.h"
#include "bus/i2c_adapter.h"
#include "bus/i2c_dev_bus.h"
#include "bus/i2c_dev_buses.h"
#include "bus/module_eeprom.h"
#include "bus/optoe_write_max.h"
#include "bus/syscalls.h"

namespace reflash {

/// The memory of a module through the file that the kernel driver optoe offers, as SONiC does it:
/// /sys/bus/i2c/devices/7-0050/eeprom. optoe selects the pages, so other users of the file (SONiC's
/// xcvrd) do not get in our way between two accesses, nor we in theirs.
///
/// What is relied on was read in public copies of optoe (out of tree; the kernel has none), with
/// and without banks. None of it was tried on hardware:
///
///     file offset      0-127                     lower memory
///                      128 + 128*page + 0..127   upper memory of `page`, 00h-FFh, in bank 0
///                      32896 and up              banks 1.., pages 10h-FFh each; some versions only
///     an access        [read byte 2: has it pages?]  W 127 page  data  W 127 00
///     a write          is cut after `write_max` bytes (OptoeWriteMax)
///     no acknowledge   is tried again for 25 ms, then ETIMEDOUT; whatever the adapter said is
///     lost,
///                      so a stuck bus looks like a busy module here
///
/// Two things of it are made good here. A module that falls silent with a command is not put back
/// to page 00h, and optoe does not notice: before the upper memory of page 00h is used, byte 127 is
/// looked at. And optoe writes no bank: before the first use of a page that has banks, byte 126 is
/// made zero. Only bank 0 can be reached; other addresses are kNotSupported.
///
/// An adapter that can only do SMBus cuts writes further, and optoe does not tell: there, set
/// max_write to what one SMBus write carries. A silent module holds the bus's thread for 25 ms.
class OptoeEeprom : public ModuleEeprom {
 public:
  /// Opens the file at `path`. Does not touch the bus. `syscalls` and `buses` outlive the EEPROM.
  /// Errors: those of I2cAdapter::OfTargetFile; kBusy when another driver than optoe is bound to
  /// the module; kNotFound when none is; kPermission; kInvalidArgument for impossible options.
  static Result<std::unique_ptr<ModuleEeprom>> Open(Syscalls& syscalls, I2cDevBuses& buses,
                                                    const std::string& path,
                                                    const BusOptions& options);

  /// A page a read, write_max a write, or what the options say.
  [[nodiscard]] EepromLimits limits() const override { return limits_; }
  /// What i2c-dev calls the same module, so that both exclude each other.
  [[nodiscard]] const std::string& hardware_address() const override { return hardware_address_; }
  void Forget() override { bank_is_zero_ = false; }
  /// Errors: kBusy or kNotFound when it is no longer optoe that has the module.
  Result<void> CheckUnclaimed() override;

 private:
  OptoeEeprom(std::string path, DeviceFile file, I2cAdapter adapter, I2cDevBus& bus,
              OptoeWriteMax write_max, EepromLimits limits);

  Task<EepromReply> DoRead(EepromAddress address, std::size_t count) override;
  Task<EepromReply> DoWrite(EepromAddress address, ByteView data) override;

  // On the bus's thread.
  Result<EepromReply> ReadBlocking(EepromAddress address, std::size_t count);
  Result<EepromReply> WriteBlocking(EepromAddress address, ByteView data);
  /// Makes the module show the page that optoe believes it shows. False: not acknowledged.
  Result<bool> PreparePage(EepromAddress address);
  Result<bool> MakeZero(std::uint8_t offset);
  Result<bool> ReadAt(std::uint64_t offset, std::span<std::byte> buffer);
  Result<bool> WriteAt(std::uint64_t offset, ByteView data);
  /// What an access of `wanted` bytes came to: false when it was not acknowledged to its end.
  [[nodiscard]] Result<bool> Judge(OrErrno<std::size_t> moved, std::uint64_t offset,
                                   std::size_t wanted) const;

  std::string path_;
  DeviceFile file_;
  I2cAdapter adapter_;
  I2cDevBus& bus_;
  FairQueue::Flow flow_;
  OptoeWriteMax write_max_;
  EepromLimits limits_;
  std::string hardware_address_;
  bool bank_is_zero_ = false;
};

}  // namespace reflash
