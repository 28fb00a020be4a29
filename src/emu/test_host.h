// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "async/simulated_scheduler.h"
#include "emu/emulated_module.h"
#include "emu/image_format.h"

namespace reflash::emu {

/// For the tests of this room: a host that speaks to one module without a bus, in steps of the
/// tests' own time (a transfer takes 100 us). It does what it is told, wrong or right.
class TestHost {
 public:
  explicit TestHost(ModuleSettings settings = {}) : module_(std::move(settings), clock_) {}

  [[nodiscard]] EmulatedModule& module() { return module_; }
  [[nodiscard]] TimePoint now() const { return now_; }
  void Wait(Duration duration) { now_ += duration; }

  I2cReply Transfer(std::initializer_list<I2cMessage> messages) {
    const TimePoint start = now_;
    now_ += kTransferTime;
    return module_.Transfer({messages.begin(), messages.size()}, start, now_);
  }

  /// Writes `data` at `offset`; returns whether it was acknowledged.
  bool Write(std::uint8_t offset, ByteView data) {
    Bytes message{std::byte{offset}};
    Append(message, data);
    return Transfer({{.write = message}}).acknowledged();
  }
  bool Write(std::uint8_t offset, std::initializer_list<unsigned> data) {
    return Write(offset, MakeBytes(data));
  }

  /// Nothing when it was not acknowledged.
  std::optional<Bytes> Read(std::uint8_t offset, std::size_t count) {
    const Bytes address{std::byte{offset}};
    I2cReply reply = Transfer({{.write = address}, {.read = count}});
    if (!reply.acknowledged()) return std::nullopt;
    return std::move(reply.read);
  }
  unsigned ReadByte(std::uint8_t offset) {
    const std::optional<Bytes> read = Read(offset, 1);
    return read ? std::to_integer<unsigned>(read->front()) : kNotAcknowledged;
  }

  bool SelectPage(unsigned page, unsigned bank = 0) { return Write(126, {bank, page}); }

  /// Writes the body of a command and then its CMDID; returns whether both were acknowledged.
  bool Trigger(std::uint16_t command, ByteView lpl = {}, std::uint16_t epl_length = 0,
               unsigned bank = 0) {
    Bytes whole;
    AppendBigEndian(whole, command);
    AppendBigEndian(whole, epl_length);
    whole.push_back(static_cast<std::byte>(lpl.size()));
    Bytes body(whole.begin() + 2, whole.end());
    body.push_back(CheckCode(whole, lpl));
    body.resize(6);
    Append(body, lpl);
    return SelectPage(0x9F, bank) && Write(130, body) && Write(128, ByteView(whole).first(2));
  }

  /// Waits until the command is over; returns its status, or kNotAcknowledged after `most`.
  unsigned Finish(unsigned bank = 0, Duration most = std::chrono::minutes(1)) {
    const TimePoint end = now_ + most;
    unsigned status = kNotAcknowledged;
    while (now_ < end && status >= kBusy) {
      status = ReadByte(static_cast<std::uint8_t>(37 + bank));
      if (status >= kBusy) Wait(std::chrono::microseconds(400));
    }
    return status;
  }

  unsigned Command(std::uint16_t command, ByteView lpl = {}, std::uint16_t epl_length = 0) {
    return Trigger(command, lpl, epl_length) ? Finish() : kNotAcknowledged;
  }

  /// The reply of the last command: RPLLength bytes of the LPL.
  Bytes Reply() {
    SelectPage(0x9F);
    const std::size_t length = ReadByte(134);
    return length == 0 ? Bytes() : *Read(136, length);
  }

  unsigned Start(ByteView image) {
    const std::size_t header = module_.settings().start_header;
    Bytes lpl;
    AppendBigEndian(lpl, static_cast<std::uint32_t>(image.size()));
    lpl.resize(8);
    Append(lpl, image.first(header));
    return Command(0x0101, lpl);
  }

  unsigned WriteLpl(std::uint32_t address, ByteView data) {
    Bytes lpl;
    AppendBigEndian(lpl, address);
    Append(lpl, data);
    return Command(0x0103, lpl);
  }

  /// Writes the blocks of `image` behind the start header, all by LPL; the last status.
  unsigned WriteBlocks(ByteView image) {
    ByteView rest = image.subspan(module_.settings().start_header);
    unsigned status = kSuccess;
    for (std::uint32_t address = 0; !rest.empty() && status == kSuccess;) {
      const ByteView block = rest.first(std::min<std::size_t>(116, rest.size()));
      status = WriteLpl(address, block);
      address += static_cast<std::uint32_t>(block.size());
      rest = rest.subspan(block.size());
    }
    return status;
  }

  /// Start, blocks and Complete; the last status.
  unsigned Download(ByteView image) {
    unsigned status = Start(image);
    if (status == kSuccess) status = WriteBlocks(image);
    return status == kSuccess ? Command(0x0107) : status;
  }

  unsigned Run(unsigned mode = 0, unsigned delay_ms = 200) {
    return Command(0x0109, MakeBytes({0, mode, delay_ms >> 8U, delay_ms & 0xFFU}));
  }

  /// Lower memory 3, bits 3-1.
  unsigned State() {
    const unsigned value = ReadByte(3);
    return value == kNotAcknowledged ? value : value >> 1U & 7U;
  }

  /// The image every test may use: 1.3.0 for the default part, small.
  static Bytes Image(Version version = {1, 3, 0}, std::size_t size = 3000) {
    return *MakeImage(version, ModuleSettings().part, size, 1);
  }

  static std::byte CheckCode(ByteView header, ByteView lpl) {
    unsigned sum = 0;
    for (const std::byte byte : header) sum += std::to_integer<unsigned>(byte);
    for (const std::byte byte : lpl) sum += std::to_integer<unsigned>(byte);
    return static_cast<std::byte>(~sum & 0xFFU);
  }

  static constexpr unsigned kNotAcknowledged = 0x1000;
  static constexpr unsigned kSuccess = 0x01;

 private:
  static constexpr unsigned kBusy = 0x80;
  static constexpr Duration kTransferTime = std::chrono::microseconds(100);

  SimulatedScheduler clock_;
  EmulatedModule module_;
  TimePoint now_;
};

}  // namespace reflash::emu
