// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "emu/module_quirks.h"

namespace reflash::emu {

/// The header of a CDB command (page 9Fh, bytes 128-133) at the moment it was triggered.
struct CdbRequest {
  std::uint16_t command = 0;
  std::uint16_t epl_length = 0;
  std::uint8_t lpl_length = 0;
  std::uint8_t check_code = 0;
};

/// The memory through which one CDB instance talks: page 9Fh and the EPL pages A0h-AFh.
class CdbMailbox {
 public:
  static constexpr std::size_t kPageBytes = 128;
  static constexpr std::size_t kLplBytes = 120;
  static constexpr std::size_t kEplPages = 16;

  [[nodiscard]] std::span<std::byte, kPageBytes> page() { return page_; }
  [[nodiscard]] std::span<std::byte> epl() { return epl_; }
  [[nodiscard]] std::span<std::byte, kLplBytes> lpl() { return page().last<kLplBytes>(); }

  [[nodiscard]] CdbRequest Request() const;
  /// CdbChkCode: the one's complement of the sum of bytes 128-132 and of LPLLength bytes from 136;
  /// the EPL is not covered.
  [[nodiscard]] std::uint8_t ComputeCheckCode() const;

  /// RPLLength becomes zero, as for a command that has no reply.
  void ClearReply() { SetReply({}); }
  /// Puts a reply of at most 120 bytes into the LPL and its length and check code into 134 and 135.
  void SetReply(ByteView reply);
  /// Puts a reply into the EPL; RPLLength tells the number of pages.
  void SetEplReply(ByteView reply);

  /// Tells another length of the reply that is there; it is longer than the data, which zeroes
  /// follow then, or shorter, or over 120. The check code follows it as far as there is an LPL.
  void SetReplyLength(std::uint8_t length);
  /// Tells a check code of another scope for the reply that is there.
  void SetReplyCheck(ReplyCheck check);

  /// Flips a byte of what the host sent: of the EPL when the command takes data there (which no
  /// check code covers), else of the LPL, else the check code itself.
  void GarbleRequest();
  /// Flips a byte of the reply, behind the back of its check code.
  void GarbleReply();

 private:
  [[nodiscard]] ByteView ReplyInLpl() const;

  std::array<std::byte, kPageBytes> page_{};
  std::array<std::byte, kPageBytes * kEplPages> epl_{};
};

}  // namespace reflash::emu
