// SPDX-License-Identifier: Apache-2.0
#include "metered_port.h"

#include <algorithm>

namespace reflash::bench {
namespace {

constexpr std::size_t kBankSelect = 126;
constexpr std::size_t kPageSelect = 127;
constexpr std::size_t kUpperMemory = 128;
constexpr std::size_t kTrigger = 129;
constexpr std::uint8_t kCdbPage = 0x9F;
constexpr std::uint8_t kFirstEplPage = 0xA0;
constexpr std::uint8_t kLastEplPage = 0xAF;
constexpr std::size_t kLplLength = 4;
constexpr std::uint64_t kBlockAddressBytes = 4;

/// How long the module takes for a command that is none of those here: command_busy.
struct BusyRow {
  unsigned command;
  Duration emu::ModuleSettings::* busy;
};
constexpr BusyRow kBusy[] = {
    {0x0101, &emu::ModuleSettings::start_busy}, {0x0103, &emu::ModuleSettings::block_busy},
    {0x0104, &emu::ModuleSettings::block_busy}, {0x0107, &emu::ModuleSettings::complete_busy},
    {0x0109, &emu::ModuleSettings::run_busy},   {0x010A, &emu::ModuleSettings::commit_busy},
};

}  // namespace

Task<I2cReply> MeteredPort::DoTransfer(std::span<const I2cMessage> messages) {
  const Duration before = port_->counters().bus_busy;
  I2cReply reply = co_await port_->Transfer(messages);
  const bool writes = messages.size() == 1 && messages[0].write.size() > 1;
  if (reply.acknowledged() && writes) {
    traffic_.writes += port_->counters().bus_busy - before;
    NoteWrite(messages[0].write);
  }
  co_return reply;
}

void MeteredPort::NoteWrite(ByteView message) {
  const auto offset = std::to_integer<std::size_t>(message[0]);
  const ByteView data = message.subspan(1);
  if (offset < kUpperMemory) {
    NoteLowerMemory(offset, data);
  } else if (page_ == kCdbPage) {
    NoteMailbox(offset, data);
  } else if (page_ >= kFirstEplPage && page_ <= kLastEplPage) {
    traffic_.image_bytes += data.size();
  }
}

void MeteredPort::NoteLowerMemory(std::size_t offset, ByteView data) {
  const bool pair = offset == kBankSelect && data.size() == 2;
  if (pair || offset == kPageSelect) page_ = std::to_integer<std::uint8_t>(data.back());
}

void MeteredPort::NoteMailbox(std::size_t offset, ByteView data) {
  const std::size_t end = std::min(offset + data.size(), kUpperMemory + header_.size());
  for (std::size_t at = offset; at < end; ++at) {
    header_.at(at - kUpperMemory) = data[at - offset];
  }
  if (offset <= kTrigger && offset + data.size() > kTrigger) NoteTrigger();
}

void MeteredPort::NoteTrigger() {
  const unsigned command = LoadBigEndian<std::uint16_t>(header_);
  const auto* const row = std::ranges::find(kBusy, command, &BusyRow::command);
  traffic_.busy += row == std::end(kBusy) ? settings_.command_busy : settings_.*row->busy;
  if (command == 0x0103 || command == 0x0104) ++traffic_.blocks;
  if (command == 0x0103) {
    traffic_.image_bytes +=
        std::to_integer<std::uint64_t>(header_[kLplLength]) - kBlockAddressBytes;
  }
}

}  // namespace reflash::bench
