// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "cmis/cdb/command.h"

namespace reflash::cmis {

/// A command as somebody who tests a module writes it down: anything that the mailbox can carry,
/// also what no specification knows. Holds what a Command only looks at.
struct RawCommand {
  std::uint16_t id = 0;
  Bytes lpl;
  Bytes epl;
  std::size_t epl_reply_bytes = 0;  ///< 0: the reply is in the local payload

  /// From hexadecimal digits; "0041", "0x41" and "41h" are one command. A read of a block in the
  /// extended payload (0106h) tells itself how long its reply is.
  /// Errors: kInvalidArgument for what is no number or no bytes, and for payloads over 120 and 2048
  /// bytes.
  static Result<RawCommand> Parse(std::string_view id, std::string_view lpl, std::string_view epl,
                                  std::size_t epl_reply_bytes);

  /// A view of this, which outlives it.
  [[nodiscard]] Command AsCommand() const;
};

}  // namespace reflash::cmis
