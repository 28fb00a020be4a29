// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "async/simulated_scheduler.h"
#include "bus/fake_kernel.h"
#include "emu/emulated_module.h"

namespace reflash {

/// A kernel whose optoe has an emulated module: it turns accesses to the file into transactions as
/// optoe does (page selected for each access and put back, writes cut after write_max bytes, what
/// is not acknowledged tried again for 25 ms). Time passes by as much as the transactions take.
class FakeOptoe : public FakeKernel {
 public:
  FakeOptoe(const Scheduler& scheduler, emu::EmulatedModule& module, const std::string& write_max)
      : scheduler_(scheduler), module_(module), path(AddOptoe(7, "pci0", write_max)) {}

  OrErrno<std::size_t> ReadAt(int /*descriptor*/, std::uint64_t offset,
                              std::span<std::byte> buffer) override {
    return Access(offset, buffer.size(), [&](std::byte address, std::size_t begin) {
      const std::array messages{I2cMessage{.write = {&address, 1}},
                                I2cMessage{.read = buffer.size() - begin}};
      const I2cReply reply = TryFor25Ms(messages);
      std::ranges::copy(reply.read, buffer.begin() + static_cast<std::ptrdiff_t>(begin));
      return reply.read.size();
    });
  }

  OrErrno<std::size_t> WriteAt(int /*descriptor*/, std::uint64_t offset, ByteView data) override {
    return Access(offset, data.size(), [&](std::byte address, std::size_t begin) {
      const std::size_t count = std::min(data.size() - begin, write_max());
      return Write(address, data.subspan(begin, count)) ? count : 0;
    });
  }

  /// When the last access ended; the scheduler's time does not pass while a call blocks.
  [[nodiscard]] TimePoint now() const { return std::max(now_, scheduler_.Now()); }
  [[nodiscard]] std::size_t silences() const { return silences_; }

 private:
  static constexpr std::size_t kPageBytes = 128;
  static constexpr Duration kByteTime = std::chrono::nanoseconds(22'500);  // 400 kHz
  static constexpr Duration kRetryTime = std::chrono::milliseconds(25);

  template <class Piece>
  OrErrno<std::size_t> Access(std::uint64_t offset, std::size_t count, Piece piece) {
    const std::uint64_t end = offset + count;
    if (offset / kPageBytes != (end - 1) / kPageBytes) return std::unexpected(ENOSYS);
    const auto page = static_cast<std::uint8_t>(offset < kPageBytes ? 0 : offset / kPageBytes - 1);
    const auto address =
        static_cast<unsigned>(offset < kPageBytes ? offset : kPageBytes + offset % kPageBytes);
    if (page > 0 && !SelectPage(page)) return std::unexpected(ETIMEDOUT);
    std::size_t done = 0;
    while (done < count) {
      const std::size_t moved = piece(static_cast<std::byte>(address + done), done);
      if (moved == 0) break;
      done += moved;
    }
    if (page > 0) SelectPage(0);  // nobody hears when that fails
    if (done == 0) return std::unexpected(ETIMEDOUT);
    return done;
  }

  bool SelectPage(std::uint8_t page) {
    const std::byte value{page};
    return Write(std::byte{127}, {&value, 1});
  }

  bool Write(std::byte address, ByteView data) {
    Bytes message{address};
    Append(message, data);
    const std::array messages{I2cMessage{.write = message}};
    return TryFor25Ms(messages).acknowledged();
  }

  I2cReply TryFor25Ms(std::span<const I2cMessage> messages) {
    const TimePoint begin = now();
    I2cReply reply;
    do {
      const TimePoint start = now();
      now_ = start;
      for (const I2cMessage& message : messages) {
        now_ += kByteTime * (1 + message.write.size() + message.read);
      }
      reply = module_.Transfer(messages, start, now_);
      if (reply.acknowledged()) return reply;
      now_ = start + std::chrono::milliseconds(1);
    } while (now_ - begin < kRetryTime);
    ++silences_;
    return reply;
  }

  std::size_t write_max() const {
    const auto found = contents.find("/sys/bus/i2c/devices/7-0050/write_max");
    std::size_t value = 1;
    if (found != contents.end()) {
      std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
    }
    return value;
  }

  const Scheduler& scheduler_;
  emu::EmulatedModule& module_;
  TimePoint now_;
  std::size_t silences_ = 0;

 public:
  const std::string path;
};

}  // namespace reflash
