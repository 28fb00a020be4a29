// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "bus/recorded_transfer.h"

namespace reflash {

/// Puts zeroes in place of the passwords in recorded traffic, so that a recording can be shown to
/// others. Beside the selection of pages, this is the one thing in this room that knows what bytes
/// of a CMIS module mean:
///
///     lower memory, 118-125     password change and password entry
///     page 9Fh, 133, 136-255    check code and payload of the commands 0001h to 0003h
///
/// A host may write the payload of a command before its number. What could be one is held back
/// until the number is known. Where the page is not known, it counts as 9Fh.
class PasswordMask {
 public:
  /// Takes the next transfer, and gives those that can be written down now, in their order.
  std::vector<RecordedTransfer> Pass(RecordedTransfer transfer);
  /// The recording ends: gives what was held back. Payloads without a number are masked.
  std::vector<RecordedTransfer> Finish() { return Release(/*mask=*/true); }

 private:
  /// So much of a command is never on its way; then the host is up to something else.
  static constexpr std::size_t kMostHeld = 1000;

  struct Held {
    RecordedTransfer transfer;
    bool has_payload = false;
  };

  /// What one transfer did to a command.
  struct Effects {
    bool payload = false;
    std::optional<std::uint8_t> number_low;  ///< written: the command has started
  };

  Effects Follow(RecordedTransfer& transfer);
  void FollowWrite(std::byte& value, Effects& effects, bool& masked);
  void FollowRead(std::byte& value, bool& masked);
  void Advance();
  [[nodiscard]] bool MayBeCommandPage() const;
  [[nodiscard]] bool IsPasswordCommand(std::uint8_t number_low) const;
  std::vector<RecordedTransfer> Release(bool mask);
  static void MaskPayload(RecordedTransfer& transfer);

  unsigned address_ = 0;  ///< the module's address counter
  std::optional<std::uint8_t> page_;
  std::optional<std::uint8_t> number_high_;
  bool payload_is_password_ = false;  ///< of the last command; the module may show it
  std::vector<Held> held_;
};

}  // namespace reflash
