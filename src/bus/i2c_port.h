// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "async/task.h"
#include "base/bytes.h"

namespace reflash {

/// One message of an I2C transaction: bytes to send, or a number of bytes to receive. A message
/// with neither only addresses the target, which tells whether it acknowledges.
struct I2cMessage {
  ByteView write;
  std::size_t read = 0;
};

/// How a target answered a transaction. Not being acknowledged is an answer, not an Error: a
/// module does it while it is busy (CMIS, foreground CDB), and while nothing is plugged in.
struct I2cReply {
  /// The index of the message that was not acknowledged; the transaction ended there.
  std::optional<std::size_t> not_acknowledged_at;
  /// What all read messages received, in order; empty when one was not acknowledged.
  Bytes read;

  [[nodiscard]] bool acknowledged() const { return !not_acknowledged_at.has_value(); }
};

/// What the adapter, its driver and the configuration allow in one message, in bytes. The offset
/// byte of a module counts as a written byte.
struct I2cLimits {
  std::size_t max_write_bytes = 8192;
  std::size_t max_read_bytes = 8192;
};

/// The way to one module: target address 50h behind one port. Several ports may share a bus; each
/// transaction has the bus to itself. Owned by the device that uses it, one transaction at a time.
class I2cPort {
 public:
  I2cPort() = default;
  I2cPort(const I2cPort&) = delete;
  I2cPort& operator=(const I2cPort&) = delete;
  virtual ~I2cPort() = default;

  /// Performs one transaction: the messages with a repeated START between them and a STOP at the
  /// end. A transaction that has begun is finished; there is no way to stop it. The views in
  /// `messages` live until the Task has ended.
  /// Errors: kInvalidArgument when a message is longer than limits() allow or both writes and
  /// reads; kRwError when the bus failed (lost arbitration, adapter error); kTimeout when the
  /// adapter did not finish; kNotFound when the bus went away; kNotSupported when the adapter
  /// does not carry messages of this length after all; kPermission.
  Task<I2cReply> Transfer(std::span<const I2cMessage> messages);

  [[nodiscard]] virtual I2cLimits limits() const = 0;

  /// What names this hardware for every process of the machine, whatever a configuration calls
  /// it: two ports with equal addresses lead to the same module.
  [[nodiscard]] virtual const std::string& hardware_address() const = 0;

  /// Looks whether something else on this machine that we cannot keep out has taken hold of the
  /// module. It was free when the port was opened; ask again before a step that must not be
  /// disturbed. Does not touch the bus.
  /// Errors: kBusy with the name of the kernel driver that is bound to the module's address.
  virtual Result<void> CheckUnclaimed() { return {}; }

 private:
  virtual Task<I2cReply> DoTransfer(std::span<const I2cMessage> messages) = 0;
};

}  // namespace reflash
