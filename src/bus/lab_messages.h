// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "bus/i2c_port.h"
#include "bus/platform_facility.h"

namespace reflash {

/// A line that a lab sent, as far as it can be understood without the request.
struct LabReply {
  /// What was answered: the members of the line, with their types checked.
  struct Answer {
    bool acknowledged = false;
    std::size_t not_acknowledged_at = 0;
    std::vector<Bytes> read;
    std::optional<FacilityReply> facility;  ///< of a platform, in place of all else
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

/// The same for a call to a platform. Errors: kRwError when it answers something else.
Result<FacilityReply> MatchLabFacility(LabReply::Answer answer);

}  // namespace reflash
