// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "async/simulated_scheduler.h"
#include "emu/card/card_image.h"
#include "emu/card/emulated_card.h"

namespace reflash::emu {

/// For the tests of this room: a host that speaks to one card in steps of the tests' own time. It
/// does what it is told, wrong or right.
class TestCardHost {
 public:
  explicit TestCardHost(CardSettings settings = {}) : card_(std::move(settings), clock_) {}

  [[nodiscard]] EmulatedCard& card() { return card_; }
  [[nodiscard]] TimePoint now() const { return now_; }
  void Wait(Duration duration) { now_ += duration; }

  std::uint32_t Read(std::uint64_t address) {
    now_ += card_.settings().register_access;
    return card_.Read(address, now_);
  }
  void Write(std::uint64_t address, std::uint32_t value) {
    now_ += card_.settings().register_access;
    card_.Write(address, value, now_);
  }
  void WriteBlock(std::uint64_t address, ByteView data, BlockOrder order) {
    now_ += card_.settings().register_access * static_cast<Duration::rep>(data.size() / 4);
    card_.WriteBlock(address, data, order, now_);
  }

  /// A register of the controller: of an N3000 from its base, of an N6000 by indirect access.
  std::uint32_t ReadSystem(std::uint32_t address) {
    if (!IsN6000()) return Read(kSystem + address);
    Indirect(address, 1);
    const std::uint32_t value = Read(kPmci + 0x408);
    Write(kPmci + 0x400, 0);
    return value;
  }
  void WriteSystem(std::uint32_t address, std::uint32_t value) {
    if (!IsN6000()) {
      Write(kSystem + address, value);
      return;
    }
    Write(kPmci + 0x40C, value);
    Indirect(address, 2);
    Write(kPmci + 0x400, 0);
  }

  // The doorbell.
  std::uint32_t Doorbell() { return ReadSystem(DoorbellAddress()); }
  unsigned Progress() { return Doorbell() >> 4U & 0xFU; }
  unsigned Status() { return (IsN6000() ? ReadSystem(0x1C4) : Doorbell()) >> 16U & 0xFFU; }
  unsigned Disbelief() { return ReadSystem(IsN6000() ? 0x1C4 : 0x404) & 0xFFU; }
  void Request() { WriteSystem(DoorbellAddress(), (Doorbell() & ~0xF00U) | 1U); }
  /// Before the controller has taken the request.
  void Withdraw() { WriteSystem(DoorbellAddress(), Doorbell() & ~1U); }
  void Say(unsigned host_status) {
    WriteSystem(DoorbellAddress(), (Doorbell() & ~0xF00U) | host_status << 8U);
  }
  /// Waits until progress is no longer one of those that go on; returns it.
  unsigned Settle() {
    const TimePoint patience = now_ + std::chrono::hours(1);
    unsigned progress = Progress();
    while ((IsBusy(progress) || (Doorbell() & 1U) != 0) && now_ < patience) {
      Wait(std::chrono::milliseconds(100));
      progress = Progress();
    }
    return progress;
  }
  bool GetReady() {
    Request();
    return Settle() == kReady;
  }
  void Stage(ByteView image) {
    Bytes whole(image.begin(), image.end());
    while (whole.size() % 4 != 0) whole.push_back(std::byte{0xFF});
    constexpr std::size_t kBlock = 512UL * 4;
    for (std::size_t at = 0; at < whole.size(); at += kBlock) {
      const ByteView block = ByteView(whole).subspan(at, std::min(kBlock, whole.size() - at));
      WriteBlock(IsN6000() ? kPmci + 0x800 : kStaging + at, block,
                 IsN6000() ? BlockOrder::kFifo : BlockOrder::kAscending);
    }
  }
  /// Waits until the update is over; returns the progress.
  unsigned Finish() {
    Say(1);
    Wait(std::chrono::seconds(1));
    return Settle();
  }
  /// All of it; returns the progress that it ends with.
  unsigned Update(ByteView image) {
    if (!GetReady()) return Progress();
    Stage(image);
    return Finish();
  }

  void Reload(unsigned page) {
    if (IsN6000()) {
      WriteSystem(0xB8, page << 20U | 1U << 23U);
    } else {
      WriteSystem(0x30, page << 20U | 1U << 23U);
      WriteSystem(0x30, page << 20U | 1U << 23U | 1U << 18U);
    }
  }
  unsigned Page() { return ReadSystem(IsN6000() ? 0xA0 : 0x6C) & 7U; }
  std::string RunningVersion() {
    const std::uint32_t high = Read(0x64);
    return fmt::format("{}.{}.{}", high >> 24U & 0xFU, high >> 20U & 0xFU, high >> 16U & 0xFU);
  }

  [[nodiscard]] bool IsN6000() const { return card_.settings().family == CardFamily::kN6000; }

  static Bytes Image(Version version = {1, 3, 0}, std::size_t size = 5001,
                     CardImageSort sort = CardImageSort::kStaticRegion) {
    return *MakeCardImage(version, sort, size, 1);
  }

  static constexpr std::uint64_t kSystem = 0x300800;
  static constexpr std::uint64_t kStaging = 0x18000000;
  static constexpr std::uint64_t kFlash = 0x10000000;
  static constexpr std::uint64_t kPmci = 0x20000;
  static constexpr unsigned kReady = 3;
  static constexpr unsigned kDone = 8;

 private:
  static bool IsBusy(unsigned progress) {
    return progress == 1 || (progress >= 4 && progress <= 7);
  }
  [[nodiscard]] std::uint32_t DoorbellAddress() const { return IsN6000() ? 0x1C0 : 0x400; }

  void Indirect(std::uint32_t address, std::uint32_t command) {
    Write(kPmci + 0x404, address);
    Write(kPmci + 0x400, command);
    for (int tries = 0; tries < 100 && (Read(kPmci + 0x400) & 4U) == 0; ++tries) {
    }
  }

  SimulatedScheduler clock_;
  EmulatedCard card_;
  TimePoint now_;
};

}  // namespace reflash::emu
