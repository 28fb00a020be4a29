// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "async/scheduler.h"
#include "base/bytes.h"
#include "base/error.h"
#include "bus/i2c_port.h"

namespace reflash {

/// The first line of a recording: what the bus traffic behind it depends on.
///
///     {"recording":1,"port":"i2c:89:7@50","max_write":8192,"max_read":8192}
struct RecordingHeader {
  std::string hardware_address;  ///< of the module that was recorded, for people
  I2cLimits limits;

  /// The line, with its line feed.
  [[nodiscard]] std::string ToLine() const;
  /// Reads a line without its line feed. Errors: kInvalidArgument.
  static Result<RecordingHeader> Parse(std::string_view line);
};

/// An I2cMessage that owns its bytes.
struct RecordedMessage {
  Bytes write;
  std::size_t read = 0;
};

/// Every other line of a recording: one transaction, and what came of it.
///
///     {"t":0.0021,"transfer":[{"write":"7f9f"},{"read":4}],"ack":true,"read":["01020304"]}
///     {"t":0.0022,"transfer":[{"write":"25"},{"read":1}],"ack":false,"at":0}
///     {"t":0.0023,"transfer":[{"write":"25"},{"read":1}],"error":"rw-error","message":"..."}
struct RecordedTransfer {
  Duration at{0};  ///< when the reply was there, since the recording began
  std::vector<RecordedMessage> messages;
  Result<I2cReply> reply;
  /// Zeroes stand in place of a password ("masked":true).
  bool masked = false;

  /// Whether it could be repeated or left out without the module being another: it reads, or it
  /// was not acknowledged. Who polls does that.
  [[nodiscard]] bool IsPoll() const;

  /// Whether a driver that sends this does what is recorded here. In a masked line a zero stands
  /// for any byte.
  [[nodiscard]] bool Matches(std::span<const I2cMessage> sent) const;
  /// Whether `other` asks the same of the module.
  [[nodiscard]] bool AsksTheSame(const RecordedTransfer& other) const;

  /// The line, with its line feed.
  [[nodiscard]] std::string ToLine() const;
  /// Reads a line without its line feed, which may be anything. Errors: kInvalidArgument.
  static Result<RecordedTransfer> Parse(std::string_view line);
};

/// A transaction for people: "W80 R4" writes the offset 80h and reads four bytes; of long writes
/// the beginning.
std::string TransferText(std::span<const I2cMessage> messages);

/// The messages as a port takes them, for as long as `messages` lives.
std::vector<I2cMessage> ViewsOf(const std::vector<RecordedMessage>& messages);

}  // namespace reflash
