// SPDX-License-Identifier: Apache-2.0
#include "emu/card/emulated_card_registers.h"

namespace reflash::emu {
namespace {

constexpr std::size_t kWordBytes = sizeof(std::uint32_t);

}  // namespace

/// Waits until the access is over, and returns when it was.
Task<TimePoint> EmulatedCardRegisters::Occupy(std::uint64_t address, std::size_t count,
                                              BlockOrder order) {
  co_await card_.CheckRange(address, count, order);
  const TimePoint end = card_.Occupy(count / kWordBytes, scheduler_.Now());
  co_await scheduler_.SleepUntil(end);
  co_return end;
}

Task<std::uint32_t> EmulatedCardRegisters::DoRead(std::uint64_t address) {
  const TimePoint end = co_await Occupy(address, kWordBytes, BlockOrder::kAscending);
  co_return card_.Read(address, end);
}

Task<void> EmulatedCardRegisters::DoWrite(std::uint64_t address, std::uint32_t value) {
  const TimePoint end = co_await Occupy(address, kWordBytes, BlockOrder::kAscending);
  card_.Write(address, value, end);
}

Task<Bytes> EmulatedCardRegisters::DoReadBlock(std::uint64_t address, std::size_t count,
                                               BlockOrder order) {
  const TimePoint end = co_await Occupy(address, count, order);
  co_return card_.ReadBlock(address, count, order, end);
}

Task<void> EmulatedCardRegisters::DoWriteBlock(std::uint64_t address, ByteView data,
                                               BlockOrder order) {
  const TimePoint end = co_await Occupy(address, data.size(), order);
  card_.WriteBlock(address, data, order, end);
}

}  // namespace reflash::emu
