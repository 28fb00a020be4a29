// SPDX-License-Identifier: Apache-2.0
#include "example/emulated_toy.h"

#include <array>
#include <numeric>

namespace reflash::example {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kForever = std::chrono::hours(1000);

constexpr std::uint32_t kNoError = 0;
constexpr std::uint32_t kWrongState = 1;
constexpr std::uint32_t kBrokenImage = 2;

std::uint32_t SumOf(const Bytes& bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), 0U, [](std::uint32_t sum, std::byte byte) {
    return sum + std::to_integer<std::uint32_t>(byte);
  });
}

}  // namespace

/// The way to the toy, as its bus would be.
class EmulatedToy::Connection : public ToyRegisters {
 public:
  explicit Connection(EmulatedToy& toy) : toy_(toy) {}

  [[nodiscard]] const std::string& hardware_address() const override { return address_; }

 private:
  Task<std::uint32_t> DoRead(std::uint32_t address) override {
    co_await toy_.CheckReachable();
    co_return toy_.Read(address);
  }
  Task<void> DoWrite(std::uint32_t address, std::uint32_t value) override {
    co_await toy_.CheckReachable();
    toy_.Write(address, value);
  }
  Task<void> DoWriteBlock(ByteView block) override {
    co_await toy_.CheckReachable();
    if (block.size() > 256) toy_.violations_.emplace_back("a block of more than 256 bytes");
    if (toy_.IsBusy()) toy_.violations_.emplace_back("the buffer was written while busy");
    toy_.buffer_.assign(block.begin(), block.end());
  }

  EmulatedToy& toy_;
  std::string address_ = "toy:emulated";
};

std::unique_ptr<ToyRegisters> EmulatedToy::Connect() { return std::make_unique<Connection>(*this); }

Bytes EmulatedToy::MakeImage(std::uint32_t version, std::size_t size) {
  Bytes image;
  AppendBigEndian(image, version);
  image.resize(size - 1, std::byte{0x33});
  image.push_back(static_cast<std::byte>(0x100 - (SumOf(image) & 0xFFU)));
  return image;
}

Result<void> EmulatedToy::CheckReachable() const {
  const bool broken = faults_.breaks_at_block && blocks_ >= *faults_.breaks_at_block;
  if (broken) return Fail(ErrorCode::kRwError, "the cable of the toy is broken");
  return {};
}

std::uint32_t EmulatedToy::StatusWord() const {
  if (IsBusy()) return 1;
  if (error_ != 0) return 3;
  return receiving_ ? 2 : 0;
}

std::uint32_t EmulatedToy::BanksWord() const {
  const std::array bits{running_ == 1, committed_ == 1, banks_[0].valid, banks_[1].valid};
  std::uint32_t word = 0;
  for (unsigned bit = 0; bit < 4; ++bit) word |= bits[bit] ? 1U << bit : 0U;
  return word;
}

std::uint32_t EmulatedToy::Read(std::uint32_t address) {
  if (IsDown()) return 0xFFFFFFFF;
  switch (address) {
    case 0x00:
      return 0x544F5931;
    case 0x04:
      return 0xC0FFEE;
    case 0x08:
      return StatusWord();
    case 0x0C:
      return error_;
    case 0x18:
      return BanksWord();
    case 0x1C:
      return banks_[0].version;
    case 0x20:
      return banks_[1].version;
    case 0x24:
      return playing_ ? 1 : 0;
    default:
      violations_.push_back(fmt::format("there is nothing to read at {:#x}", address));
      return 0;
  }
}

void EmulatedToy::Write(std::uint32_t address, std::uint32_t value) {
  if (address == 0x10) {
    Obey(value);
  } else if (address == 0x14) {
    length_ = value;
  } else {
    violations_.push_back(fmt::format("there is nothing to write at {:#x}", address));
  }
}

void EmulatedToy::Obey(std::uint32_t command) {
  if (command == 7) {
    RestartInto(committed_);
  } else if (IsDown()) {
    return;
  } else if (IsBusy()) {
    violations_.push_back(fmt::format("command {} while busy", command));
  } else if (faults_.stuck == command) {
    BeBusy(kForever);
  } else if (const auto fault = faults_.fails.find(command); fault != faults_.fails.end()) {
    error_ = fault->second;
  } else {
    error_ = Perform(command);
  }
}

std::uint32_t EmulatedToy::Perform(std::uint32_t command) {
  switch (command) {
    case 1:
      return Begin();
    case 2:
      return TakeBlock();
    case 3:
      return Finish();
    case 4:
      receiving_ = false;
      return kNoError;
    case 5:
      if (!banks_[idle_bank()].valid) return kWrongState;
      RestartInto(idle_bank());
      return kNoError;
    case 6:
      committed_ = running_;
      return kNoError;
    default:
      violations_.push_back(fmt::format("there is no command {}", command));
      return kWrongState;
  }
}

std::uint32_t EmulatedToy::Begin() {
  if (receiving_ || length_ > 65536) return kWrongState;
  receiving_ = true;
  image_length_ = length_;
  received_.clear();
  banks_[idle_bank()] = {};
  BeBusy(seconds(2));
  return kNoError;
}

std::uint32_t EmulatedToy::TakeBlock() {
  if (!receiving_ || length_ != buffer_.size()) return kWrongState;
  ++blocks_;
  Append(received_, buffer_);
  BeBusy(milliseconds(10));
  return kNoError;
}

std::uint32_t EmulatedToy::Finish() {
  if (!receiving_) return kWrongState;
  BeBusy(seconds(5));
  const bool whole =
      received_.size() == image_length_ && received_.size() > 4 && SumOf(received_) % 256 == 0;
  if (!whole) return kBrokenImage;
  receiving_ = false;
  banks_[idle_bank()] = {.version = LoadBigEndian<std::uint32_t>(received_), .valid = true};
  return kNoError;
}

void EmulatedToy::RestartInto(std::size_t bank) {
  const bool to_new_image = bank != committed_;
  receiving_ = false;
  error_ = 0;
  idle_again_ = scheduler_.Now();
  if (!to_new_image || !faults_.falls_back) running_ = bank;
  const bool comes_up = !to_new_image || !faults_.stays_down;
  up_again_ = scheduler_.Now() + (comes_up ? Duration(seconds(3)) : kForever);
}

void EmulatedToy::BeBusy(Duration duration) { idle_again_ = scheduler_.Now() + duration; }

}  // namespace reflash::example
