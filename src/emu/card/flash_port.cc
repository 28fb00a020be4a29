// SPDX-License-Identifier: Apache-2.0
#include "emu/card/flash_port.h"

#include <algorithm>
#include <chrono>

namespace reflash::emu {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

// The register of the owner.
constexpr std::uint32_t kNobody = 0;
constexpr std::uint32_t kController = 1;
constexpr std::uint32_t kHost = 2;
constexpr std::uint32_t kControllerAsks = 1U << 4U;
constexpr std::uint32_t kHostAsks = 1U << 5U;

// Flash control.
constexpr std::uint32_t kWriteMode = 1U << 0U;
constexpr std::uint32_t kReadMode = 1U << 1U;
constexpr std::uint32_t kBusy = 1U << 2U;
constexpr unsigned kFreeShift = 4;
constexpr unsigned kCountShift = 16;
constexpr std::uint32_t kCountMask = 0x3FF;

constexpr std::uint32_t kFlashBytes = 0x8000000;
constexpr std::uint32_t kWordBytes = 4;
constexpr std::uint32_t kNothing = 0xFFFFFFFFU;

// How long it takes; a host allows 10 ms.
constexpr Duration kOwnerChange = microseconds(200);
constexpr Duration kReadSetup = microseconds(10);
constexpr Duration kReadOfWord = nanoseconds(100);

}  // namespace

// The owner.

bool FlashPort::IsHosts(TimePoint now) const {
  return !controller_.busy() && host_asks_ == (now >= changes_at_);
}

std::uint32_t FlashPort::ReadOwner(TimePoint now) const {
  const std::uint32_t asks = host_asks_ ? kHostAsks : 0U;
  if (controller_.busy()) return kController | kControllerAsks | asks;
  return (IsHosts(now) ? kHost : kNobody) | asks;
}

void FlashPort::WriteOwner(std::uint32_t value, TimePoint now) {
  const bool asks = (value & kHostAsks) != 0;
  if (asks == host_asks_) return;
  if (asks && controller_.busy()) {
    violations_.Record("the host asked for the flash while an update is under way");
  }
  if (!asks && (control_ & kReadMode) != 0) {
    violations_.Record("the host gave the flash back in read mode");
  }
  host_asks_ = asks;
  changes_at_ = now + settings_.Scaled(kOwnerChange);
}

// Reading.

std::uint32_t FlashPort::ReadControl(TimePoint now) const {
  const std::uint32_t free = kFifoWords - Level(now);
  return control_ | (now < busy_until_ ? kBusy : 0U) | free << kFreeShift;
}

void FlashPort::WriteControl(std::uint32_t value, TimePoint now) {
  if ((value & kWriteMode) != 0) {
    violations_.Record("write mode of the flash was set, which is not for the host");
    return;
  }
  if (now < busy_until_) {
    violations_.Record("flash control was written while it is busy");
    return;
  }
  const bool begins = (value & kReadMode) != 0;
  if (begins && (control_ & kReadMode) != 0) {
    violations_.Record("read mode of the flash was set before the last read was ended");
  }
  control_ = value & (kReadMode | kCountMask << kCountShift);
  to_read_.clear();
  if (begins) BeginRead(value >> kCountShift & kCountMask, now);
}

void FlashPort::BeginRead(std::uint32_t words, TimePoint now) {
  if (words == 0 || words > kFifoWords || words > (kFlashBytes - address_) / kWordBytes) {
    violations_.Record("{} words were to be read from flash address {:#x}", words, address_);
    return;
  }
  const bool allowed = IsHosts(now);
  if (!allowed) violations_.Record("the flash was read by the host, who does not own it");
  for (std::uint32_t index = 0; index < words; ++index) {
    const std::uint64_t at = address_ + (std::uint64_t{index} * kWordBytes);
    to_read_.push_back(allowed ? controller_.flash().Word(at) : kNothing);
  }
  busy_until_ = now + settings_.Scaled(kReadSetup + (kReadOfWord * words));
}

void FlashPort::WriteAddress(std::uint32_t value) {
  if (value % kWordBytes != 0 || value >= kFlashBytes) {
    violations_.Record("{:#x} is no address of the flash", value);
    return;
  }
  address_ = value;
}

std::uint32_t FlashPort::Pop(TimePoint now) {
  if (now < busy_until_ || to_read_.empty()) {
    violations_.Record("the FIFO of the flash was read, which holds nothing yet, or no more");
    return kNothing;
  }
  const std::uint32_t word = to_read_.front();
  to_read_.pop_front();
  return word;
}

// Writing.

std::uint32_t FlashPort::Level(TimePoint now) const {
  const Duration word = settings_.Scaled(settings_.fifo_word);
  if (now >= empty_at_ || word <= Duration::zero()) return left_;
  const auto words = ((empty_at_ - now) + word - Duration(1)) / word;
  return std::min(left_ + static_cast<std::uint32_t>(words), kFifoWords);
}

void FlashPort::Push(std::uint32_t value, TimePoint now) {
  const BoardController::WordFate fate = controller_.TakeWord();
  if (fate == BoardController::WordFate::kForbidden) {
    violations_.Record("a word was written to the FIFO while the doorbell does not say ready");
    return;
  }
  if (Level(now) >= kFifoWords) {
    violations_.Record("a word was written to the FIFO, which is full");
    return;
  }
  if (controller_.hung()) {
    ++left_;
    return;
  }
  if (fate == BoardController::WordFate::kLost) return;
  empty_at_ = std::max(empty_at_, now) + settings_.Scaled(settings_.fifo_word);
  StagingArea& staging = controller_.staging();
  if (staging.used_bytes() >= staging.size_bytes()) {
    violations_.Record("more words were written than the staging area has");
    return;
  }
  staging.Program(staging.used_bytes(), value);
}

void FlashPort::Reset() {
  host_asks_ = false;
  changes_at_ = TimePoint::min();
  control_ = 0;
  address_ = 0;
  busy_until_ = TimePoint::min();
  to_read_.clear();
  empty_at_ = TimePoint::min();
  left_ = 0;
}

}  // namespace reflash::emu
