// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "async/task.h"
#include "base/bytes.h"
#include "bus/i2c_port.h"
#include "bus/module_eeprom.h"

namespace reflash {

/// The memory of a module on an I2C port; the one place that selects pages (CMIS 5.0, 8.2).
///
/// The selection is one write of bank and page, which the module takes as one change:
///
///     S 50h W [7Eh] [bank] [page] P
///
/// It is remembered, and made again when it may no longer hold: after an Error, after an access
/// that was not acknowledged, after Forget(), after a write that reached bytes 126 or 127, and
/// after one that ran past FFh (a module that pages automatically moves the page with it, some
/// only inside).
///
/// It is not read back, except where it is in doubt: for the first one of all, after an Error and
/// after an access that was not acknowledged. Then bytes 126 and 127 are read before and after, and
/// a module that took no two bytes at once (some of CMIS 3) gets bank and page in a write each.
class I2cModuleEeprom : public ModuleEeprom {
 public:
  explicit I2cModuleEeprom(std::unique_ptr<I2cPort> port);

  /// What the port allows; the offset that goes before the data of a write is taken off.
  [[nodiscard]] EepromLimits limits() const override;
  [[nodiscard]] const std::string& hardware_address() const override;
  void Forget() override { selected_.reset(); }
  Result<void> CheckUnclaimed() override { return port_->CheckUnclaimed(); }

 private:
  struct Selection {
    std::uint8_t bank = 0;
    std::uint8_t page = 0;
    bool operator==(const Selection&) const = default;
  };
  enum class SelectionWrite : std::uint8_t { kPair, kSingleBytes };

  /// Besides the errors of the port: kHwError when the module acknowledges a selection but shows
  /// another bank or page afterwards.
  Task<EepromReply> DoRead(EepromAddress address, std::size_t count) override;
  Task<EepromReply> DoWrite(EepromAddress address, ByteView data) override;

  [[nodiscard]] bool MustSelect(EepromAddress address) const;
  /// False when the module did not acknowledge.
  Task<bool> Select(Selection wanted);
  Task<bool> SelectAndVerify(Selection wanted);
  static bool Shows(const Selection& shown, const Selection& wanted);
  Task<bool> WriteSelection(Selection wanted, SelectionWrite how);
  Task<bool> WriteRegister(ByteView offset_and_data);
  /// Nothing when the module did not acknowledge.
  Task<std::optional<Selection>> ReadSelection();

  Task<I2cReply> Transact(std::span<const I2cMessage> messages);

  std::unique_ptr<I2cPort> port_;
  SelectionWrite how_to_select_;
  std::optional<Selection> selected_;
  bool in_doubt_ = true;
  Bytes outgoing_;  ///< offset and data of a write; kept, so that writes do not allocate
};

}  // namespace reflash
