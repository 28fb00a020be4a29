// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace reflash::cmis {

/// A CDB command as it goes to the module (CMIS 5.0, chapter 9). The extended payload is a view
/// into what the caller holds, usually the image.
struct Command {
  /// Bytes that the local payload has room for.
  static constexpr std::size_t kLargestLpl = 120;

  std::uint16_t id = 0;
  Bytes lpl;                        ///< at most kLargestLpl bytes
  ByteView epl;                     ///< at most 2048 bytes
  std::size_t epl_reply_bytes = 0;  ///< how long a reply in the EPL is expected; 0: none is read
  std::size_t reply_bytes = 0;      ///< how long a reply in the LPL is expected; 0: none is read
};

/// The bytes 128 and up of page 9Fh that hold a command: id, lengths, check code, two zeroes where
/// the reply header will stand, and the local payload.
Bytes EncodeCommand(const Command& command);

/// CdbChkCode (CMIS 5.0, 8.18.2): the one's complement of the sum of `bytes`. In a command the
/// check code and the reply header count as zero; the extended payload is not covered.
std::uint8_t CheckCode(ByteView bytes);

/// The name of a command, such as "write firmware block"; "command 1234h" for one not known.
std::string CommandName(std::uint16_t id);

}  // namespace reflash::cmis
