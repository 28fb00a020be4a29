// SPDX-License-Identifier: Apache-2.0
#include "bus/password_mask.h"

#include <utility>

namespace reflash {
namespace {

constexpr unsigned kFirstPassword = 118;
constexpr unsigned kLastPassword = 125;
constexpr unsigned kPageSelect = 127;
constexpr unsigned kUpperMemory = 128;
constexpr unsigned kEndOfPage = 256;
constexpr std::uint8_t kCommandPage = 0x9F;
constexpr unsigned kNumberHigh = 128;
constexpr unsigned kNumberLow = 129;
constexpr unsigned kCheckCode = 133;
constexpr unsigned kPayload = 136;
constexpr std::uint8_t kFirstPasswordCommand = 1;
constexpr std::uint8_t kLastPasswordCommand = 3;

bool IsPassword(unsigned address) { return address >= kFirstPassword && address <= kLastPassword; }

/// Whether a byte of page 9Fh tells something of the payload.
bool TellsPayload(unsigned address) { return address == kCheckCode || address >= kPayload; }

std::uint8_t Number(std::byte value) { return std::to_integer<std::uint8_t>(value); }

}  // namespace

std::vector<RecordedTransfer> PasswordMask::Pass(RecordedTransfer transfer) {
  const Effects effects = Follow(transfer);
  held_.push_back({.transfer = std::move(transfer), .has_payload = effects.payload});
  if (effects.number_low) {
    payload_is_password_ = IsPasswordCommand(*effects.number_low);
    return Release(payload_is_password_);
  }
  const bool waits = held_.front().has_payload && held_.size() < kMostHeld;
  return waits ? std::vector<RecordedTransfer>() : Release(/*mask=*/true);
}

PasswordMask::Effects PasswordMask::Follow(RecordedTransfer& transfer) {
  Effects effects;
  std::size_t read_before = 0;
  for (RecordedMessage& message : transfer.messages) {
    if (!message.write.empty()) address_ = Number(message.write.front());
    for (std::size_t index = 1; index < message.write.size(); ++index) {
      FollowWrite(message.write[index], effects, transfer.masked);
      Advance();
    }
    for (std::size_t index = 0; index < message.read; ++index) {
      const bool received = transfer.reply && transfer.reply->acknowledged();
      if (received) FollowRead(transfer.reply->read.at(read_before + index), transfer.masked);
      Advance();
    }
    read_before += message.read;
  }
  if (!transfer.reply || !transfer.reply->acknowledged()) page_.reset();
  return effects;
}

void PasswordMask::FollowWrite(std::byte& value, Effects& effects, bool& masked) {
  if (IsPassword(address_)) {
    value = std::byte{0};
    masked = true;
  }
  if (address_ == kPageSelect) page_ = Number(value);
  if (!MayBeCommandPage()) return;
  if (address_ == kNumberHigh) number_high_ = Number(value);
  if (address_ == kNumberLow) effects.number_low = Number(value);
  if (TellsPayload(address_)) effects.payload = true;
}

void PasswordMask::FollowRead(std::byte& value, bool& masked) {
  if (address_ == kPageSelect) page_ = Number(value);
  const bool of_payload = payload_is_password_ && MayBeCommandPage() && TellsPayload(address_);
  if (!IsPassword(address_) && !of_payload) return;
  value = std::byte{0};
  masked = true;
}

void PasswordMask::Advance() {
  if (++address_ == kEndOfPage) address_ = kUpperMemory;
}

bool PasswordMask::MayBeCommandPage() const { return page_.value_or(kCommandPage) == kCommandPage; }

bool PasswordMask::IsPasswordCommand(std::uint8_t number_low) const {
  return number_high_.value_or(0) == 0 && number_low >= kFirstPasswordCommand &&
         number_low <= kLastPasswordCommand;
}

std::vector<RecordedTransfer> PasswordMask::Release(bool mask) {
  std::vector<RecordedTransfer> released;
  released.reserve(held_.size());
  for (Held& held : std::exchange(held_, {})) {
    if (mask && held.has_payload) MaskPayload(held.transfer);
    released.push_back(std::move(held.transfer));
  }
  return released;
}

void PasswordMask::MaskPayload(RecordedTransfer& transfer) {
  for (RecordedMessage& message : transfer.messages) {
    if (message.write.empty()) continue;
    const unsigned begin = Number(message.write.front());
    for (std::size_t index = 1; index < message.write.size(); ++index) {
      if (TellsPayload(begin + static_cast<unsigned>(index) - 1)) message.write[index] = {};
    }
  }
  transfer.masked = true;
}

}  // namespace reflash
