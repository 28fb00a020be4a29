// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "async/task.h"
#include "base/bytes.h"

namespace reflash {

/// A place in the paged memory of a module (CMIS 5.0, 8.1): offsets 00h-7Fh are the lower memory,
/// which is there on every page; 80h-FFh belong to the page and bank.
struct EepromAddress {
  std::uint8_t bank = 0;
  std::uint8_t page = 0;
  std::uint8_t offset = 0;

  [[nodiscard]] bool in_lower_memory() const { return offset < 0x80; }
};

/// How a module answered an access; see I2cReply for why not being acknowledged is no Error.
struct EepromReply {
  bool acknowledged = true;
  Bytes read;
};

/// The longest access in one piece, in bytes of data.
struct EepromLimits {
  std::size_t max_write_bytes = 0;
  std::size_t max_read_bytes = 0;
};

/// The memory of a pluggable module as the host reaches it: raw I2C with page selection by us
/// (I2cModuleEeprom), or an interface of the kernel that selects pages itself. It moves bytes and
/// knows nothing of what they mean. One access at a time.
class ModuleEeprom {
 public:
  ModuleEeprom() = default;
  ModuleEeprom(const ModuleEeprom&) = delete;
  ModuleEeprom& operator=(const ModuleEeprom&) = delete;
  virtual ~ModuleEeprom() = default;

  /// Reads `count` bytes. An access in the lower memory stays there, one in the upper memory does
  /// not pass FFh. Errors: kInvalidArgument when it would, or is empty or over the limit; else
  /// those of the bus.
  Task<EepromReply> Read(EepromAddress address, std::size_t count);

  /// Writes `data` in one transaction. It may pass FFh only on the CDB payload pages A0h-AFh, for
  /// a module that pages automatically; the caller knows whether it does.
  /// Errors: as for Read.
  Task<EepromReply> Write(EepromAddress address, ByteView data);

  [[nodiscard]] virtual EepromLimits limits() const = 0;
  /// See I2cPort::hardware_address.
  [[nodiscard]] virtual const std::string& hardware_address() const = 0;

  /// Says that the module may have been reset or touched by somebody else: what is remembered
  /// about it, such as the selected page, no longer holds.
  virtual void Forget() {}

  /// See I2cPort::CheckUnclaimed.
  virtual Result<void> CheckUnclaimed() { return {}; }

 private:
  virtual Task<EepromReply> DoRead(EepromAddress address, std::size_t count) = 0;
  virtual Task<EepromReply> DoWrite(EepromAddress address, ByteView data) = 0;
};

}  // namespace reflash
