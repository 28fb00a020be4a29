// SPDX-License-Identifier: Apache-2.0
#include "emu/card/indirect_access.h"

namespace reflash::emu {
namespace {

constexpr Duration kAccess = std::chrono::microseconds(3);  // a host allows 10 ms
constexpr std::uint32_t kBoth = 3;

}  // namespace

std::optional<IndirectAccess::Command> IndirectAccess::WriteCommand(std::uint32_t value,
                                                                    TimePoint now) {
  if (value == 0) {
    if (command_ != 0 && now < acknowledged_at_) {
      violations_.Record("an indirect command was cleared before it was acknowledged");
    }
    command_ = 0;
    acknowledged_at_ = TimePoint::max();
    return std::nullopt;
  }
  if (value >= kBoth) {
    violations_.Record("{:#x} is no indirect command", value);
    return std::nullopt;
  }
  if (command_ != 0) {
    violations_.Record("an indirect command was written before the last one was cleared");
    return std::nullopt;
  }
  command_ = value;
  acknowledged_at_ = now + settings_.Scaled(kAccess);
  return static_cast<Command>(value);
}

std::uint32_t IndirectAccess::ReadCommand(TimePoint now) const {
  return command_ | (now >= acknowledged_at_ ? kAcknowledged : 0U);
}

std::uint32_t IndirectAccess::ReadData(TimePoint now) {
  if (command_ != 0 && now < acknowledged_at_) {
    violations_.Record("indirect data was read before the acknowledgement");
    return 0xFFFFFFFFU;
  }
  return was_read_;
}

void IndirectAccess::Set(std::uint32_t& member, std::uint32_t value) {
  if (command_ != 0) {
    violations_.Record("indirect address or data was written before the command was cleared");
  }
  member = value;
}

}  // namespace reflash::emu
