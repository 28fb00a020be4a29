// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "bus/card_registers.h"
#include "bus/i2c_port.h"
#include "bus/platform_facility.h"

namespace reflash {

/// An access to the registers of a card, in a request that may have several.
struct LabAccess {
  enum class Kind : std::uint8_t { kRead, kWrite, kReadBlock, kWriteBlock };
  Kind kind = Kind::kRead;
  std::uint64_t address = 0;
  std::uint32_t value = 0;                    ///< that is written
  std::size_t count = 0;                      ///< bytes of a block that is read
  ByteView data;                              ///< of a block that is written
  BlockOrder order = BlockOrder::kAscending;  ///< of a block
};

/// What was read: a word, or a block.
using LabValue = std::variant<std::uint32_t, Bytes>;

/// A line that a lab sent, as far as it can be understood without the request.
struct LabReply {
  /// What was answered: the members of the line, with their types checked.
  struct Answer {
    bool acknowledged = false;
    std::size_t not_acknowledged_at = 0;
    std::vector<Bytes> read;
    std::optional<std::vector<LabValue>> values;  ///< of registers, in place of all above
    std::optional<FacilityReply> facility;        ///< of a platform, in place of all else
  };

  std::uint64_t id = 0;
  /// Errors: kNotFound when the lab has no such port; kRwError for any other `error`, and for
  /// members that are missing or of the wrong type.
  Result<Answer> answer;
};

/// The line, with its line feed, that asks a lab for a transaction on a port:
///
///     {"id":1,"port":"swp1","transfer":[{"write":"7f9f"},{"read":4}]}
std::string LabTransferLine(std::uint64_t id, std::string_view port,
                            std::span<const I2cMessage> messages);

/// The same for the registers of a card:
///
///     {"id":1,"port":"card0","registers":[{"read":256},{"read":4096,"count":8,"fifo":true},
///      {"write":256,"value":1},{"block":4096,"data":"00010203"},{"fifo":2048,"data":"00010203"}]}
std::string LabRegistersLine(std::uint64_t id, std::string_view port,
                             std::span<const LabAccess> accesses);

/// The same for a call to the platform of an adapter:
///
///     {"id":1,"port":"capi0","hcall":{"op":"download","token":7,"list":["00ff"]}}
std::string LabFacilityLine(std::uint64_t id, std::string_view port, FacilityOperation operation,
                            std::uint64_t token, std::span<const ByteView> list);

/// Reads a line that a lab sent, which may be anything.
/// Errors: kRwError when it is not even a JSON object with an id.
Result<LabReply> ParseLabReply(std::string_view line);

/// Holds an answer against the messages that were asked for.
/// Errors: kRwError when it answers other messages: an index that is none, too few or too many
/// reads, a read of another length.
Result<I2cReply> MatchLabAnswer(LabReply::Answer answer, std::span<const I2cMessage> messages);

/// The same for accesses to registers: a value for each that reads.
Result<std::vector<LabValue>> MatchLabValues(LabReply::Answer answer,
                                             std::span<const LabAccess> accesses);

/// The same for a call to a platform. Errors: kRwError when it answers something else.
Result<FacilityReply> MatchLabFacility(LabReply::Answer answer);

}  // namespace reflash
