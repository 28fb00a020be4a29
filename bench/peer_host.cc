// SPDX-License-Identifier: Apache-2.0
#include "peer_host.h"

#include <algorithm>
#include <array>

namespace reflash::bench {
namespace {

constexpr std::uint8_t kRevision = 2;
constexpr std::uint8_t kModuleState = 3;
constexpr std::uint8_t kFlags = 8;
constexpr std::uint8_t kCompleted = 0x40;
constexpr std::uint8_t kStatus = 37;
constexpr std::uint8_t kBusy = 0x80;
constexpr std::uint8_t kFailed = 0x40;
constexpr std::uint8_t kPageSelect = 127;
constexpr std::uint8_t kCdbPage = 0x9F;
constexpr std::uint8_t kFirstEplPage = 0xA0;
constexpr std::uint8_t kCommandId = 128;
constexpr std::uint8_t kBody = 130;
constexpr std::size_t kPageBytes = 128;
constexpr std::size_t kLplBlock = 116;
constexpr std::size_t kEplBlock = 2048;

constexpr std::uint16_t kQueryStatus = 0x0000;
constexpr std::uint16_t kStart = 0x0101;
constexpr std::uint16_t kWriteLpl = 0x0103;
constexpr std::uint16_t kWriteEpl = 0x0104;
constexpr std::uint16_t kRun = 0x0109;

/// One's complement of the sum of bytes 128-132 and of the LPL.
std::byte CheckCode(ByteView header, ByteView lpl) {
  unsigned sum = 0;
  for (const std::byte byte : header) sum += std::to_integer<unsigned>(byte);
  for (const std::byte byte : lpl) sum += std::to_integer<unsigned>(byte);
  return static_cast<std::byte>(~sum & 0xFFU);
}

/// The LPL of a command that is no block.
Bytes LplOf(const PeerStep& step, ByteView image) {
  Bytes lpl;
  if (step.command == kQueryStatus) lpl.resize(2);
  if (step.command == kStart) {
    AppendBigEndian(lpl, static_cast<std::uint32_t>(image.size()));
    lpl.resize(8);
  }
  if (step.command == kRun) {
    lpl.resize(2);
    const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(step.time);
    AppendBigEndian(lpl, static_cast<std::uint16_t>(delay.count()));
  }
  return lpl;
}

}  // namespace

Task<void> PeerHost::Update(ByteView image) {
  for (const PeerStep& step : rules_.steps) co_await Perform(step, image);
}

Task<void> PeerHost::Perform(const PeerStep& step, ByteView image) {
  switch (step.does) {
    case PeerStep::Does::kCommand:
      return Command(step.command, LplOf(step, image), 0, rules_.other);
    case PeerStep::Does::kTrigger:
      return Trigger(step.command, LplOf(step, image), 0);
    case PeerStep::Does::kBlocks:
      return WriteBlocks(image);
    case PeerStep::Does::kSleep:
      return scheduler_.Sleep(step.time);
    case PeerStep::Does::kAwaitReady:
      return AwaitReady(step.time);
  }
  return scheduler_.Sleep(Duration::zero());
}

Task<void> PeerHost::WriteBlocks(ByteView image) {
  const bool epl = rules_.payload == PeerRules::Payload::kEpl;
  for (std::size_t address = 0; address < image.size();) {
    const ByteView block =
        image.subspan(address, std::min(epl ? kEplBlock : kLplBlock, image.size() - address));
    Bytes lpl;
    AppendBigEndian(lpl, static_cast<std::uint32_t>(address));
    if (!epl) Append(lpl, block);
    for (std::size_t offset = 0; epl && offset < block.size(); offset += kPageBytes) {
      const auto page = static_cast<std::uint8_t>(kFirstEplPage + offset / kPageBytes);
      const std::size_t piece = std::min(kPageBytes, block.size() - offset);
      co_await WritePage(page, kPageBytes, block.subspan(offset, piece), true);
    }
    co_await Command(epl ? kWriteEpl : kWriteLpl, std::move(lpl),
                     static_cast<std::uint16_t>(epl ? block.size() : 0), rules_.block);
    address += block.size();
  }
}

Task<void> PeerHost::AwaitReady(Duration between) {
  constexpr unsigned kReady = 3;
  while (true) {
    const Result<std::uint8_t> state = co_await Outcome(Read(kModuleState));
    if (state && (*state >> 1U & 7U) == kReady) co_return;
    co_await scheduler_.Sleep(between);
  }
}

Task<void> PeerHost::Command(std::uint16_t id, Bytes lpl, std::uint16_t epl_length,
                             const PeerWait& wait) {
  co_await Trigger(id, std::move(lpl), epl_length);
  co_await AwaitCompletion(wait);
}

Task<void> PeerHost::Trigger(std::uint16_t id, Bytes lpl, std::uint16_t epl_length) {
  Bytes header;
  AppendBigEndian(header, id);
  AppendBigEndian(header, epl_length);
  header.push_back(static_cast<std::byte>(lpl.size()));
  Bytes body(header.begin() + 2, header.end());
  body.push_back(CheckCode(header, lpl));
  body.resize(6);
  Append(body, lpl);
  if (rules_.whole_body) body.resize(126);
  co_await WritePage(kCdbPage, kBody, body, true);
  const ByteView bytes = header;
  if (rules_.id_in_two_writes) {
    co_await WritePage(kCdbPage, kCommandId, bytes.first(1), false);
    co_await WritePage(kCdbPage, kCommandId + 1, bytes.subspan(1, 1), false);
  } else {
    co_await WritePage(kCdbPage, kCommandId, bytes.first(2), rules_.selects_for_id);
  }
}

Task<void> PeerHost::AwaitCompletion(const PeerWait& wait) {
  if (rules_.looks_at_flag) {
    co_await scheduler_.Sleep(wait.before_flag);
    while ((co_await Read(kFlags) & kCompleted) == 0) co_await scheduler_.Sleep(wait.between);
  }
  std::uint8_t status = kBusy;
  for (bool first = true; status >= kBusy; first = false) {
    if (!first) co_await scheduler_.Sleep(wait.between);
    co_await scheduler_.Sleep(wait.before_status);
    for (unsigned read = 0; read < rules_.status_reads; ++read) status = co_await Read(kStatus);
  }
  if ((status & kFailed) != 0) co_await Fail(ErrorCode::kHwError, "CDB status {:02X}h", status);
}

Task<void> PeerHost::WritePage(std::uint8_t page, std::uint8_t offset, ByteView data, bool select) {
  if (rules_.through_optoe) co_await Read(kRevision);
  if (select || rules_.through_optoe) co_await Select(page);
  while (!data.empty()) {
    const ByteView chunk = data.first(std::min(rules_.chunk_bytes, data.size()));
    co_await Write(offset, chunk);
    co_await scheduler_.Sleep(rules_.after_write);
    offset = static_cast<std::uint8_t>(offset + chunk.size());
    data = data.subspan(chunk.size());
  }
  if (rules_.through_optoe) co_await Select(0);
}

Task<void> PeerHost::Select(std::uint8_t page) {
  const std::byte value{page};
  co_await Write(kPageSelect, {&value, 1});
  co_await scheduler_.Sleep(rules_.after_selection);
  if (page != kCdbPage) co_await scheduler_.Sleep(rules_.after_write);
  if (rules_.reads_selection_back) co_await Read(kPageSelect);
}

Task<void> PeerHost::Write(std::uint8_t offset, ByteView data) {
  Bytes message{std::byte{offset}};
  Append(message, data);
  const std::array messages{I2cMessage{.write = message}};
  const I2cReply reply = co_await port_.Transfer(messages);
  if (!reply.acknowledged()) co_await Fail(ErrorCode::kHwError, "a write was not acknowledged");
}

Task<std::uint8_t> PeerHost::Read(std::uint8_t offset) {
  const std::byte address{offset};
  const std::array messages{I2cMessage{.write = {&address, 1}}, I2cMessage{.read = 1}};
  const I2cReply reply = co_await port_.Transfer(messages);
  if (!reply.acknowledged()) co_return Fail(ErrorCode::kHwError, "a read was not acknowledged");
  co_return std::to_integer<std::uint8_t>(reply.read[0]);
}

}  // namespace reflash::bench
