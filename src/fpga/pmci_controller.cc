// SPDX-License-Identifier: Apache-2.0
#include "fpga/pmci_controller.h"

#include <algorithm>

namespace reflash::fpga {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Offsets from the PMCI feature.
constexpr std::uint64_t kFlashControl = 0x40;
constexpr std::uint64_t kFlashAddress = 0x44;
constexpr std::uint64_t kCommand = 0x400;
constexpr std::uint64_t kAddress = 0x404;
constexpr std::uint64_t kDataRead = 0x408;
constexpr std::uint64_t kDataToWrite = 0x40C;
constexpr std::uint64_t kFifo = 0x800;

constexpr std::uint32_t kCommandRead = 1U << 0U;
constexpr std::uint32_t kCommandWrite = 1U << 1U;
constexpr std::uint32_t kAcknowledged = 1U << 2U;

constexpr std::uint32_t kReadMode = 1U << 1U;
constexpr std::uint32_t kFlashBusy = 1U << 2U;
constexpr unsigned kFreeWordsShift = 4;
constexpr std::uint32_t kFreeWordsMask = 0x3FF;
constexpr unsigned kReadCountShift = 16;
constexpr std::size_t kFifoWords = 512;
constexpr std::size_t kWordBytes = 4;

// A register of the controller.
constexpr std::uint64_t kFlashOwner = 0x1D0;
constexpr std::uint32_t kOwnerMask = 0x7;
constexpr std::uint32_t kOwnerIsHost = 2;
constexpr std::uint32_t kHostAsks = 1U << 5U;

constexpr Duration kLongestAnswer = milliseconds(10);
/// Answers come within microseconds as a rule: looks begin short and grow with the wait.
constexpr Duration kShortestLook = microseconds(2);
constexpr Duration kLongestLook = microseconds(100);
/// For the FIFO to run empty: 2 KiB, far longer than flash takes for them. (ours)
constexpr Duration kLongestDrain = seconds(5);
constexpr std::uint32_t kNobodyHome = 0xFFFFFFFF;

Duration UntilNextLook(Duration elapsed) {
  return std::clamp(elapsed / 2, kShortestLook, kLongestLook);
}

}  // namespace

Task<void> PmciController::Await(std::uint64_t offset, Condition condition) {
  const TimePoint begin = scheduler_.Now();
  while (true) {
    const std::uint32_t value = co_await registers_.Read(base_ + offset);
    if ((value & condition.mask) == condition.wanted || value == kNobodyHome) co_return;
    const Duration elapsed = scheduler_.Now() - begin;
    if (elapsed >= kLongestAnswer) {
      co_await Fail(ErrorCode::kTimeout, "the way to the board controller {} within {} ms",
                    condition.words, ToSeconds(kLongestAnswer) * 1000);
    }
    co_await scheduler_.Sleep(UntilNextLook(elapsed));
  }
}

Task<void> PmciController::ClearCommand() {
  if (command_is_clear_) co_return;
  const std::uint32_t left = co_await registers_.Read(base_ + kCommand);
  if (left != 0) co_await registers_.Write(base_ + kCommand, 0);
  command_is_clear_ = true;
}

Task<void> PmciController::Command(std::uint32_t command) {
  co_await registers_.Write(base_ + kCommand, command);
  const Result<void> acknowledged = co_await Outcome(Await(
      kCommand,
      {.mask = kAcknowledged, .wanted = kAcknowledged, .words = "does not acknowledge a command"}));
  if (acknowledged) co_return;
  command_is_clear_ = false;
  co_await acknowledged;
}

Task<std::uint32_t> PmciController::DoReadSystem(std::uint64_t address) {
  co_await ClearCommand();
  co_await registers_.Write(base_ + kAddress, static_cast<std::uint32_t>(address));
  co_await Command(kCommandRead);
  const std::uint32_t value = co_await registers_.Read(base_ + kDataRead);
  co_await registers_.Write(base_ + kCommand, 0);
  co_return value;
}

Task<void> PmciController::DoWriteSystem(std::uint64_t address, std::uint32_t value) {
  co_await ClearCommand();
  co_await registers_.Write(base_ + kAddress, static_cast<std::uint32_t>(address));
  co_await registers_.Write(base_ + kDataToWrite, value);
  co_await Command(kCommandWrite);
  co_await registers_.Write(base_ + kCommand, 0);
}

Task<std::size_t> PmciController::AwaitRoom() {
  const TimePoint begin = scheduler_.Now();
  while (true) {
    const std::uint32_t control = co_await registers_.Read(base_ + kFlashControl);
    const std::size_t room = (control >> kFreeWordsShift) & kFreeWordsMask;
    if (control == kNobodyHome) {
      co_return Fail(ErrorCode::kNotFound, "the card is gone: its flash control is FFFFFFFFh");
    }
    if (room > 0) co_return std::min(room, kFifoWords);
    const Duration elapsed = scheduler_.Now() - begin;
    if (elapsed >= kLongestDrain) {
      co_return Fail(ErrorCode::kTimeout, "the controller took no word of the FIFO for {} s",
                     ToSeconds(kLongestDrain));
    }
    co_await scheduler_.Sleep(UntilNextLook(elapsed));
  }
}

Task<void> PmciController::DoWriteStaging(std::uint64_t /*offset*/, ByteView data) {
  while (!data.empty()) {
    const std::size_t room = co_await AwaitRoom() * kWordBytes;
    const ByteView part = data.first(std::min(room, data.size()));
    co_await registers_.WriteBlock(base_ + kFifo, part, BlockOrder::kFifo);
    data = data.subspan(part.size());
  }
}

Task<void> PmciController::AwaitOwner(Condition condition) {
  const TimePoint begin = scheduler_.Now();
  while (true) {
    const std::uint32_t owner = co_await ReadSystem(kFlashOwner) & kOwnerMask;
    if ((owner == kOwnerIsHost) == (condition.wanted == kOwnerIsHost)) co_return;
    const Duration elapsed = scheduler_.Now() - begin;
    if (elapsed >= kLongestAnswer) {
      co_await Fail(ErrorCode::kTimeout, "the flash {} within {} ms (its owner is {})",
                    condition.words, ToSeconds(kLongestAnswer) * 1000, owner);
    }
    co_await scheduler_.Sleep(UntilNextLook(elapsed));
  }
}

Task<Bytes> PmciController::ReadFlashPart(std::uint64_t address, std::size_t count) {
  const auto words = static_cast<std::uint32_t>(count / kWordBytes);
  co_await registers_.Write(base_ + kFlashAddress, static_cast<std::uint32_t>(address));
  co_await registers_.Write(base_ + kFlashControl, words << kReadCountShift | kReadMode);
  co_await Await(kFlashControl,
                 {.mask = kFlashBusy, .wanted = 0, .words = "does not read from flash"});
  Bytes read = co_await registers_.ReadBlock(base_ + kFifo, count, BlockOrder::kFifo);
  co_await registers_.Write(base_ + kFlashControl, 0);
  co_return read;
}

Task<Bytes> PmciController::ReadOwnedFlash(std::uint64_t address, std::size_t count) {
  co_await AwaitOwner({.wanted = kOwnerIsHost, .words = "was not given to the host"});
  Bytes read;
  while (read.size() < count) {
    const std::size_t part = std::min(kFifoWords * kWordBytes, count - read.size());
    Append(read, co_await ReadFlashPart(address + read.size(), part));
  }
  co_return read;
}

Task<Bytes> PmciController::DoReadFlash(std::uint64_t address, std::size_t count) {
  co_await UpdateSystem(kFlashOwner, kHostAsks, kHostAsks);
  Result<Bytes> read = co_await Outcome(ReadOwnedFlash(address, count));
  co_await UpdateSystem(kFlashOwner, kHostAsks, 0);
  co_await AwaitOwner({.words = "was not given back"});
  co_return read;
}

}  // namespace reflash::fpga
