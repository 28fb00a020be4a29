// SPDX-License-Identifier: Apache-2.0
#include "emu/emulated_bus.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

namespace reflash::emu {
namespace {

constexpr std::uint64_t kClocksOfByte = 9;

/// The bytes of a message on the wire, its address byte included.
std::uint64_t WireBytes(const I2cMessage& message) {
  return 1 + message.write.size() + message.read;
}

std::uint64_t WireBytes(std::span<const I2cMessage> messages) {
  std::uint64_t bytes = 0;
  for (const I2cMessage& message : messages) bytes += WireBytes(message);
  return bytes;
}

}  // namespace

EmulatedBus::EmulatedBus(Scheduler& scheduler, std::uint32_t clock_hz, std::string name)
    : scheduler_(scheduler), clock_hz_(clock_hz), name_(std::move(name)), queue_(scheduler) {
  assert(clock_hz > 0);
}

std::unique_ptr<EmulatedI2cPort> EmulatedBus::Connect(EmulatedModule& module, I2cLimits limits) {
  return std::make_unique<EmulatedI2cPort>(*this, module, limits);
}

Duration EmulatedBus::LengthOfClocks(std::uint64_t clocks) const {
  constexpr std::uint64_t kNanosecondsOfSecond = 1'000'000'000;
  const std::uint64_t nanoseconds = ((clocks * kNanosecondsOfSecond) + (clock_hz_ / 2)) / clock_hz_;
  return Duration(static_cast<Duration::rep>(nanoseconds));
}

Duration EmulatedBus::LengthOf(std::span<const I2cMessage> messages) const {
  if (messages.empty()) return Duration::zero();
  const std::uint64_t starts_and_stop = messages.size() + 1;
  return LengthOfClocks((WireBytes(messages) * kClocksOfByte) + starts_and_stop);
}

Duration EmulatedBus::LengthOfRefusal() const { return LengthOfClocks(kClocksOfByte + 2); }

Task<I2cReply> EmulatedBus::Transfer(EmulatedI2cPort& port, std::span<const I2cMessage> messages) {
  if (messages.empty()) co_return I2cReply();
  const TimePoint asked_at = scheduler_.Now();
  const FairQueue::Turn turn = co_await queue_.Acquire(port.flow_);
  // A timer of a real clock is always late; the bus was free as soon as its last bit was out.
  const TimePoint start = std::max(asked_at, free_at_);
  const bool acknowledged = port.module_.Address(start);
  const Duration length = acknowledged ? LengthOf(messages) : LengthOfRefusal();
  free_at_ = start + length;
  co_await scheduler_.SleepUntil(free_at_);
  I2cReply reply;
  if (acknowledged) {
    reply = port.module_.Finish(messages, free_at_);
  } else {
    reply.not_acknowledged_at = 0;
  }
  BusCounters& counters = port.counters_;
  ++counters.transactions;
  counters.bytes += acknowledged ? WireBytes(messages) : 1;
  counters.nacks += reply.acknowledged() ? 0 : 1;
  counters.bus_busy += length;
  co_return reply;
}

}  // namespace reflash::emu
