// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "bus/i2c_port.h"
#include "peer_rules.h"

namespace reflash::bench {

/// Updates a module as another updater would: its accesses and its sleeps, over the same bus. It
/// shares no code with our driver, and leaves out what takes no time worth mentioning, such as
/// reading replies. The module has no start header. All arguments outlive it.
class PeerHost {
 public:
  PeerHost(Scheduler& scheduler, I2cPort& port, const PeerRules& rules)
      : scheduler_(scheduler), port_(port), rules_(rules) {}

  /// Errors: kHwError when the module does not acknowledge or refuses a command.
  Task<void> Update(ByteView image);

 private:
  Task<void> Perform(const PeerStep& step, ByteView image);
  Task<void> WriteBlocks(ByteView image);
  Task<void> AwaitReady(Duration between);

  Task<void> Command(std::uint16_t id, Bytes lpl, std::uint16_t epl_length, const PeerWait& wait);
  Task<void> Trigger(std::uint16_t id, Bytes lpl, std::uint16_t epl_length);
  Task<void> AwaitCompletion(const PeerWait& wait);

  /// Writes to a page in chunks; `select`: the page is not selected yet.
  Task<void> WritePage(std::uint8_t page, std::uint8_t offset, ByteView data, bool select);
  Task<void> Select(std::uint8_t page);
  Task<void> Write(std::uint8_t offset, ByteView data);
  Task<std::uint8_t> Read(std::uint8_t offset);

  Scheduler& scheduler_;
  I2cPort& port_;
  const PeerRules& rules_;
};

}  // namespace reflash::bench
