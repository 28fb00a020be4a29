// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "async/simulated_scheduler.h"
#include "async/suspension.h"
#include "async/worker.h"
#include "bus/fake_kernel.h"
#include "emu/emulated_module.h"

namespace reflash {

/// A simulated scheduler on which blocking calls take the time that they say.
class BlockingScheduler : public SimulatedScheduler {
 public:
  TimePoint call_ends;  ///< set by a call while it runs

 private:
  class BlockingWorker : public Worker {
   public:
    explicit BlockingWorker(BlockingScheduler& scheduler) : scheduler_(scheduler) {}

   private:
    void DoSubmit(std::move_only_function<void()> call, Suspension& waiting) override {
      call();
      scheduler_.AddTimer(std::max(scheduler_.call_ends, scheduler_.Now()),
                          [&waiting] { waiting.Resume(); });
    }
    BlockingScheduler& scheduler_;
  };

  std::unique_ptr<Worker> DoStartWorker() override {
    return std::make_unique<BlockingWorker>(*this);
  }
};

/// A kernel whose optoe has an emulated module at 7-0050. It turns accesses to the file into
/// transactions as optoe does: byte 2 is looked at, the page is selected for each access and put
/// back, writes are cut after write_max bytes, and what is not acknowledged is tried again for 25
/// ms.
class FakeOptoe : public FakeKernel {
 public:
  FakeOptoe(BlockingScheduler& scheduler, emu::EmulatedModule& module, const std::string& write_max)
      : scheduler_(scheduler), module_(module), file_(AddOptoe(7, "pci0", write_max)) {}

  [[nodiscard]] const std::string& file() const { return file_; }
  /// How often a module was silent for 25 ms.
  [[nodiscard]] std::size_t silences() const { return silences_; }

  OrErrno<std::size_t> ReadAt(int /*descriptor*/, std::uint64_t offset,
                              std::span<std::byte> buffer) override {
    return Access(offset, buffer.size(), [this, buffer](std::byte address, std::size_t begin) {
      return Read(address, buffer.subspan(begin));
    });
  }

  OrErrno<std::size_t> WriteAt(int /*descriptor*/, std::uint64_t offset, ByteView data) override {
    return Access(offset, data.size(), [this, data](std::byte address, std::size_t begin) {
      return Write(address, data.subspan(begin, std::min(data.size() - begin, write_max())));
    });
  }

 private:
  static constexpr std::size_t kPageBytes = 128;
  static constexpr std::uint64_t kUnpagedBytes = 256;
  static constexpr std::byte kPageable{2};
  static constexpr std::byte kFlat{0x80};
  static constexpr std::byte kPageSelect{127};
  static constexpr Duration kByteTime = std::chrono::nanoseconds(22'500);  // 400 kHz
  static constexpr Duration kRetryTime = std::chrono::milliseconds(25);
  static constexpr Duration kRetryPause = std::chrono::milliseconds(1);

  /// `piece` moves what it can from an address on, and returns how much; 0 when there was silence.
  template <class Piece>
  OrErrno<std::size_t> Access(std::uint64_t offset, std::size_t count, Piece piece) {
    std::byte pageable{};
    const bool paged = offset + count > kUnpagedBytes;
    if (paged && Read(kPageable, {&pageable, 1}) == 0) return std::unexpected(ETIMEDOUT);
    if ((pageable & kFlat) != std::byte{0}) return std::unexpected(EINVAL);
    std::size_t done = 0;
    while (done < count) {  // chunks of a page
      const std::size_t room = kPageBytes - (offset + done) % kPageBytes;
      const std::size_t moved =
          AccessPage(offset + done, done, std::min(done + room, count), piece);
      done += moved;
      if (moved == 0) break;
    }
    if (done == 0) return std::unexpected(ETIMEDOUT);
    return done;
  }

  template <class Piece>
  std::size_t AccessPage(std::uint64_t offset, std::size_t begin, std::size_t end, Piece& piece) {
    const bool lower = offset < kPageBytes;
    const auto page = static_cast<std::byte>(lower ? 0 : offset / kPageBytes - 1);
    auto address = static_cast<std::uint8_t>(lower ? offset : kPageBytes + offset % kPageBytes);
    if (page != std::byte{0} && Write(kPageSelect, {&page, 1}) == 0) return 0;
    std::size_t done = begin;
    while (done < end) {
      const std::size_t moved = piece(std::byte{address}, done);
      if (moved == 0) break;
      done += moved;
      address = static_cast<std::uint8_t>(address + moved);
    }
    constexpr std::byte kNoPage{0};
    if (page != kNoPage) Write(kPageSelect, {&kNoPage, 1});  // nobody hears when that fails
    return done - begin;
  }

  std::size_t Read(std::byte address, std::span<std::byte> buffer) {
    const std::array messages{I2cMessage{.write = {&address, 1}},
                              I2cMessage{.read = buffer.size()}};
    const I2cReply reply = TryForAWhile(messages);
    std::ranges::copy(reply.read, buffer.begin());
    return reply.read.size();
  }

  std::size_t Write(std::byte address, ByteView data) {
    Bytes message{address};
    Append(message, data);
    const std::array messages{I2cMessage{.write = message}};
    return TryForAWhile(messages).acknowledged() ? data.size() : 0;
  }

  I2cReply TryForAWhile(std::span<const I2cMessage> messages) {
    const TimePoint begin = now();
    while (true) {
      const TimePoint start = now();
      Duration length = kByteTime * messages.size();
      for (const I2cMessage& message : messages) {
        length += kByteTime * (message.write.size() + message.read);
      }
      I2cReply reply = module_.Transfer(messages, start, start + length);
      scheduler_.call_ends = start + (reply.acknowledged() ? length : kByteTime + kRetryPause);
      if (reply.acknowledged()) return reply;
      if (now() - begin < kRetryTime) continue;
      ++silences_;
      return reply;
    }
  }

  [[nodiscard]] TimePoint now() const { return std::max(scheduler_.call_ends, scheduler_.Now()); }

  [[nodiscard]] std::size_t write_max() const {
    const auto found = contents.find("/sys/bus/i2c/devices/7-0050/write_max");
    std::size_t value = 1;
    if (found != contents.end()) {
      std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
    }
    return value;
  }

  BlockingScheduler& scheduler_;
  emu::EmulatedModule& module_;
  std::string file_;
  std::size_t silences_ = 0;
};

}  // namespace reflash
