// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "async/scheduler.h"
#include "bus/card_registers.h"
#include "bus/pci_slot.h"
#include "fpga/controller_family.h"
#include "fpga/update_state.h"

namespace reflash::fpga {

/// A card with its controller, small enough to be read: the doorbell with its phases and times, the
/// pages, a flash of FFh. It forgives a lot; the strict one is in emu. For tests.
class FakeCard {
 public:
  FakeCard(Scheduler& scheduler, const ControllerFamily& family)
      : scheduler_(scheduler), family_(family) {}

  /// How long each phase takes, and with which status it ends, unless with 0.
  std::map<UpdateProgress, Duration> times{
      {UpdateProgress::kPrepare, std::chrono::seconds(3)},
      {UpdateProgress::kAuthenticating, std::chrono::seconds(5)},
      {UpdateProgress::kCopying, std::chrono::seconds(20)}};
  std::map<UpdateProgress, std::uint8_t> fails;
  std::optional<UpdateProgress> stuck;        ///< the phase that never ends
  std::uint8_t refuses = 0;                   ///< the status with which a request ends
  std::deque<std::uint32_t> false_doorbells;  ///< what the next reads give instead
  Duration handshake{0};                      ///< until it takes a request
  bool deaf = false;                          ///< never takes one
  bool requested = false;                     ///< a request was not taken
  bool gone = false;
  bool stays_away = false;  ///< after a reload
  std::optional<std::uint32_t> comes_up_with;

  std::map<UpdateProgress, int> looks;  ///< at the doorbell, in each phase
  Bytes staging;
  std::map<std::uint64_t, Bytes> flash;
  std::map<std::uint32_t, std::uint32_t> versions{{0, 0x100}, {1, 0x120}, {2, 0x110}};
  std::uint32_t loaded_version = 0x130;  ///< of what is programmed next: bitstream id nibbles
  std::uint32_t running = 1;
  std::uint32_t power_on = 1;

  [[nodiscard]] const ControllerFamily& family() const { return family_; }
  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] UpdateProgress progress() {
    Advance();
    return progress_;
  }
  void set_progress(UpdateProgress progress) { Enter(progress); }
  void set_status(std::uint8_t status) { status_ = status; }
  [[nodiscard]] bool Away() const { return gone || scheduler_.Now() < back_; }

  std::uint32_t ReadSystem(std::uint64_t address) {
    const SystemRegisters& at = family_.registers;
    if (Away()) return 0xFFFFFFFF;
    if (address == at.doorbell) return ReadDoorbell();
    if (address == at.authentication_result) return status_ * 0x10000U;
    if (address == at.running_page) return running | 1U << 3U;
    if (address == at.firmware_version) return 0x020009;
    if (address == at.build_version) return 0x010203;
    if (address == at.mac_address) return 0x33221100;
    if (address == at.mac_address + 4) return 0x085544;
    if (family_.power_on && address == family_.power_on->shown) return power_on << 8U;
    return other_[address];
  }

  void WriteSystem(std::uint64_t address, std::uint32_t value) {
    if (Away()) return;
    if (address == family_.registers.doorbell) return WriteDoorbell(value);
    other_[address] = value;
    if (address == family_.registers.reload) Reload(value);
    if (family_.power_on && address == family_.power_on->request) SetPowerOn(value);
    if (address == 0x1D0) other_[address] = (value & ~7U) | ((value & 0x20U) != 0 ? 2U : 0U);
  }

  Bytes ReadFlash(std::uint64_t address, std::size_t count) {
    Bytes read(count, std::byte{0xFF});
    if (const auto found = flash.find(address); found != flash.end()) {
      std::ranges::copy_n(found->second.begin(),
                          static_cast<std::ptrdiff_t>(std::min(count, found->second.size())),
                          read.begin());
    }
    return read;
  }

  void TakeWords(ByteView words) {
    if (progress() == UpdateProgress::kReady) Append(staging, words);
  }

  std::uint32_t BitstreamVersion() { return versions[running] << 16U; }

 private:
  std::uint32_t ReadDoorbell() {
    Advance();
    ++looks[progress_];
    if (!false_doorbells.empty()) {
      const std::uint32_t word = false_doorbells.front();
      false_doorbells.pop_front();
      return word;
    }
    const std::uint32_t status = family_.status_in_authentication_result ? 0 : status_ * 0x10000U;
    return static_cast<std::uint32_t>(progress_) << 4U | host_status_ | status |
           (requested ? doorbell::kRequest : 0U);
  }

  void WriteDoorbell(std::uint32_t value) {
    Advance();
    host_status_ = value & doorbell::kHostStatusMask;
    const bool at_rest = progress_ == UpdateProgress::kIdle || progress_ == UpdateProgress::kDone;
    requested = (value & doorbell::kRequest) != 0 && at_rest;
    taken_at_ = scheduler_.Now() + handshake;
    if (requested) {
      Advance();
    } else if (progress_ == UpdateProgress::kReady && host_status_ == doorbell::kHostWriteDone) {
      Enter(UpdateProgress::kAuthenticating);
    } else if (progress_ == UpdateProgress::kReady && host_status_ == doorbell::kHostAbort) {
      Enter(UpdateProgress::kIdle);
    }
  }

  void Enter(UpdateProgress progress) {
    progress_ = progress;
    const auto time = times.find(progress);
    ends_ = time == times.end() || stuck == progress
                ? std::nullopt
                : std::optional(scheduler_.Now() + time->second);
  }

  void Advance() {
    if (requested && !deaf && scheduler_.Now() >= taken_at_) {
      requested = false;
      status_ = refuses;
      staging.clear();
      Enter(refuses == 0 ? UpdateProgress::kPrepare : UpdateProgress::kIdle);
    }
    while (ends_ && scheduler_.Now() >= *ends_) {
      if (const auto fault = fails.find(progress_); fault != fails.end()) {
        status_ = fault->second;
        Enter(UpdateProgress::kIdle);
      } else if (progress_ == UpdateProgress::kPrepare) {
        Enter(UpdateProgress::kReady);
      } else if (progress_ == UpdateProgress::kAuthenticating) {
        Enter(UpdateProgress::kCopying);
      } else {
        versions[running == 1 && family_.pages.size() == 3 ? 2 : 1] = loaded_version;
        Enter(UpdateProgress::kDone);
      }
    }
  }

  void Reload(std::uint32_t value) {
    const std::uint32_t load = 1U << 23U | (family_.reload_needs_start ? 1U << 18U : 0U);
    if ((value & load) != load) return;
    running = comes_up_with.value_or((value >> 20U) & 7U);
    other_.clear();
    progress_ = UpdateProgress::kIdle;
    back_ = stays_away ? TimePoint::max() : scheduler_.Now() + std::chrono::seconds(15);
  }

  void SetPowerOn(std::uint32_t value) {
    const std::uint64_t address = family_.power_on->request;
    if ((value & 1U) == 0) {
      other_[address] = 0;
      return;
    }
    power_on = (value >> 31U) != 0 ? 0 : (value >> 8U) & 7U;
    other_[address] = value | 1U << 4U;
  }

  Scheduler& scheduler_;
  const ControllerFamily& family_;
  std::map<std::uint64_t, std::uint32_t> other_;
  UpdateProgress progress_ = UpdateProgress::kIdle;
  std::optional<TimePoint> ends_;
  TimePoint taken_at_;
  std::uint8_t status_ = 0;
  std::uint32_t host_status_ = 0;
  TimePoint back_;
};

/// The way to a FakeCard of either family.
class FakeCardRegisters : public CardRegisters {
 public:
  static constexpr std::uint64_t kPmci = 0x20000;

  /// `card` outlives them.
  explicit FakeCardRegisters(FakeCard& card) : card_(card) {}

  [[nodiscard]] const std::string& hardware_address() const override { return address_; }

 private:
  [[nodiscard]] bool IsPmci() const { return card_.family().access == ControllerAccess::kPmci; }
  [[nodiscard]] bool IsSystem(std::uint64_t address) const {
    return !IsPmci() && address >= card_.family().system_base && address < 0x400000;
  }

  Task<std::uint32_t> DoRead(std::uint64_t address) override {
    if (IsSystem(address)) co_return card_.ReadSystem(address - card_.family().system_base);
    if (card_.Away()) co_return 0xFFFFFFFF;
    if (address == 0x4) co_return 0x40000002;
    if (address == kPmci) co_return card_.family().feature;
    if (address == kPmci + 4) co_return 0x30000100;
    if (address == 0x64) co_return card_.BitstreamVersion();
    if (address == kPmci + 0x40) co_return 512U << 4U;
    co_return words_[address];
  }

  Task<void> DoWrite(std::uint64_t address, std::uint32_t value) override {
    if (IsSystem(address)) card_.WriteSystem(address - card_.family().system_base, value);
    words_[address] = value;
    if (address == kPmci + 0x400 && value == 1) {
      words_[kPmci + 0x408] = card_.ReadSystem(words_[kPmci + 0x404]);
    }
    if (address == kPmci + 0x400 && value == 2) {
      card_.WriteSystem(words_[kPmci + 0x404], words_[kPmci + 0x40C]);
    }
    if (address == kPmci + 0x400 && value != 0) words_[address] |= 4U;
    co_return;
  }

  Task<Bytes> DoReadBlock(std::uint64_t address, std::size_t count, BlockOrder order) override {
    if (card_.Away()) co_return Bytes(count, std::byte{0xFF});
    if (order == BlockOrder::kAscending) co_return card_.ReadFlash(address, count);
    co_return card_.ReadFlash(words_[kPmci + 0x44], count);
  }

  Task<void> DoWriteBlock(std::uint64_t /*address*/, ByteView data, BlockOrder /*order*/) override {
    card_.TakeWords(data);
    co_return;
  }

  FakeCard& card_;
  std::map<std::uint64_t, std::uint32_t> words_;
  std::string address_ = "card:fake";
};

/// Counts what is asked of it; the card comes back by itself.
class FakeSlot : public PciSlot {
 public:
  struct Calls {
    int released = 0;
    int rescanned = 0;
    std::optional<Error> refuses;
  };
  explicit FakeSlot(Calls& calls) : calls_(calls) {}

  Task<void> Release() override {
    ++calls_.released;
    if (calls_.refuses) co_await Fail(*calls_.refuses);
  }
  Task<void> Rescan() override {
    ++calls_.rescanned;
    co_return;
  }

 private:
  Calls& calls_;
};

}  // namespace reflash::fpga
