// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "emu/cdb_engine.h"
#include "emu/module_settings.h"
#include "emu/violation_log.h"

namespace reflash::emu {

/// What the messages of a transfer touched that the module has to act upon.
struct MemoryEvents {
  bool wrote_data = false;
  bool wrote_controls = false;
  std::optional<std::uint32_t> password;
  bool read_flags = false;
  /// The CDB instance whose CMDID was written, by which message, and whether more than the CMDID
  /// was in that write.
  std::optional<std::uint8_t> triggered;
  std::size_t trigger_message = 0;
  bool trigger_with_body = false;
};

/// The 256 bytes that a host sees at address 50h: the lower memory, and the page that bytes 126
/// and 127 select, with the address counter that walks through them. It holds hosts to the
/// lengths and borders of an access and does not know what the bytes mean. References outlive it.
class ModuleMemory {
 public:
  ModuleMemory(const ModuleSettings& settings, std::span<CdbEngine> engines,
               ViolationLog& violations);

  /// As after power-on: page 0, no masks, no controls.
  void Reset();

  /// Bytes 00h-7Fh as a read shows them.
  [[nodiscard]] std::span<std::byte, 128> lower() { return lower_; }
  [[nodiscard]] std::span<const std::byte, 128> lower() const { return lower_; }
  /// Page 01h, bytes 80h-FFh.
  [[nodiscard]] std::span<std::byte, 128> page01() { return page01_; }

  /// A write message: the first byte sets the address counter, the rest is data from there on.
  /// What it touched is noted in events().
  void Write(ByteView message, std::size_t message_index);
  /// A read message, from the address counter on.
  Bytes Read(std::size_t count);

  /// What another host leaves behind that selected bank 0 and page 00h.
  void MoveToFirstPage();

  /// What was touched since ClearEvents.
  [[nodiscard]] const MemoryEvents& events() const { return events_; }
  void ClearEvents() { events_ = {}; }

 private:
  void FillIdentity();
  void FillAdvertisement();

  // The address counter. It stands at 256 behind the last byte of a page, until the next access.
  void EnterNextRegion(bool within_message);
  [[nodiscard]] std::size_t RoomInRegion() const;

  // Where it points.
  [[nodiscard]] std::uint8_t bank() const { return std::to_integer<std::uint8_t>(lower_[126]); }
  [[nodiscard]] std::uint8_t page() const { return std::to_integer<std::uint8_t>(lower_[127]); }
  [[nodiscard]] bool on_cdb_page() const;
  [[nodiscard]] bool on_epl_page() const;
  [[nodiscard]] CdbEngine* engine() const;
  [[nodiscard]] std::size_t LongestAccess() const;
  [[nodiscard]] ByteView UpperPage();

  void WriteLower(ByteView data);
  void WriteUpper(ByteView data, bool last);
  void WriteMailbox(CdbEngine& target, ByteView data, bool last);
  void WriteEpl(CdbEngine& target, ByteView data);

  const ModuleSettings& settings_;
  std::span<CdbEngine> engines_;
  ViolationLog& violations_;
  std::array<std::byte, 128> lower_{};
  std::array<std::byte, 128> page00_{};
  std::array<std::byte, 128> page01_{};
  std::array<std::byte, 4> password_{};
  std::size_t counter_ = 0;
  std::size_t message_index_ = 0;
  MemoryEvents events_;
};

}  // namespace reflash::emu
