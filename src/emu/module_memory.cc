// SPDX-License-Identifier: Apache-2.0
#include "emu/module_memory.h"

#include <algorithm>
#include <string_view>

namespace reflash::emu {
namespace {

constexpr std::size_t kHalf = 128;
constexpr std::size_t kEnd = 256;
constexpr std::uint8_t kCdbPage = 0x9F;
constexpr std::uint8_t kFirstEplPage = 0xA0;
constexpr std::uint8_t kLastEplPage = 0xAF;

// Lower memory that a host may write.
constexpr std::size_t kControls = 26;
constexpr std::size_t kMasks = 31;
constexpr std::size_t kPassword = 122;
constexpr std::size_t kLastPassword = 125;
constexpr std::size_t kBankSelect = 126;
constexpr std::size_t kFlags = 8;

// Page 9Fh: the second byte of the CMDID triggers, the header ends before the LPL.
constexpr std::size_t kTrigger = 129;
constexpr std::size_t kLpl = 136;

void SetText(std::span<std::byte> field, std::string_view text) {
  std::ranges::fill(field, std::byte{' '});
  std::ranges::copy(AsBytes(text.substr(0, field.size())), field.begin());
}

/// Page 01h byte 163 bits 3-0.
unsigned EplPagesCode(unsigned pages) {
  switch (pages) {
    case 8:
      return 5;
    case 9:
    case 12:
      return 6;
    case 16:
      return 7;
    default:
      return pages;
  }
}

}  // namespace

ModuleMemory::ModuleMemory(const ModuleSettings& settings, std::span<CdbEngine> engines,
                           ViolationLog& violations)
    : settings_(settings), engines_(engines), violations_(violations) {
  Reset();
  FillIdentity();
  if (!engines_.empty()) FillAdvertisement();
}

void ModuleMemory::Reset() {
  lower_.fill(std::byte{0});
  lower_[0] = std::byte{settings_.identifier};
  lower_[1] = std::byte{settings_.cmis};
  lower_[2] = settings_.flat ? std::byte{0x80} : std::byte{0};
  counter_ = 0;
  events_ = {};
}

void ModuleMemory::FillIdentity() {
  const std::span page(page00_);
  SetText(page.subspan(129 - kHalf, 16), settings_.vendor);
  page[145 - kHalf] = static_cast<std::byte>(settings_.oui >> 16U & 0xFFU);
  StoreBigEndian(page.subspan(146 - kHalf), static_cast<std::uint16_t>(settings_.oui & 0xFFFFU));
  SetText(page.subspan(148 - kHalf, 16), settings_.part);
  SetText(page.subspan(164 - kHalf, 2), "A");
  SetText(page.subspan(166 - kHalf, 16), settings_.serial);
  page[212 - kHalf] = std::byte{settings_.media_technology};
  page01_[130 - kHalf] = std::byte{1};  // hardware 1.0
}

void ModuleMemory::FillAdvertisement() {
  constexpr unsigned kBackground = 1U << 5U;
  constexpr unsigned kAutoPaging = 1U << 4U;
  constexpr unsigned kTriggerOnStop = 1U << 7U;
  constexpr unsigned kLongestBusyTime = 0x1F;
  const unsigned features = settings_.instances << 6U | (settings_.background ? kBackground : 0U) |
                            (settings_.auto_paging ? kAutoPaging : 0U) |
                            EplPagesCode(settings_.epl_pages);
  page01_[163 - kHalf] = static_cast<std::byte>(features);
  page01_[164 - kHalf] = std::byte{settings_.read_write_length_ext};
  page01_[165 - kHalf] =
      static_cast<std::byte>((settings_.trigger_on_stop ? kTriggerOnStop : 0U) | kLongestBusyTime);
  page01_[166 - kHalf] = std::byte{settings_.quirks.busy_time_code};
}

bool ModuleMemory::on_cdb_page() const {
  return counter_ >= kHalf && page() == kCdbPage && !settings_.flat;
}

bool ModuleMemory::on_epl_page() const {
  return counter_ >= kHalf && page() >= kFirstEplPage && page() <= kLastEplPage && !settings_.flat;
}

CdbEngine* ModuleMemory::engine() const {
  return bank() < engines_.size() ? &engines_[bank()] : nullptr;
}

std::size_t ModuleMemory::RoomInRegion() const {
  return counter_ < kHalf ? kHalf - counter_ : kEnd - counter_;
}

void ModuleMemory::EnterNextRegion(bool within_message) {
  if (within_message && counter_ == kHalf) {
    violations_.Record("an access passed 7Fh and continued in the upper memory");
  }
  if (counter_ < kEnd) return;
  counter_ = kHalf;
  if (!settings_.auto_paging || !on_epl_page()) {
    if (within_message) {
      violations_.Record("an access passed FFh of page {:02X}h and continued at its 80h", page());
    }
    return;
  }
  const bool last = page() >= kFirstEplPage + settings_.epl_pages - 1;
  const bool host_can_know = settings_.epl_pages == settings_.believable_epl_pages();
  if (last && within_message && host_can_know) {
    violations_.Record("an access passed the end of the last EPL page {:02X}h", page());
  }
  lower_[127] = static_cast<std::byte>(last ? kFirstEplPage : page() + 1U);
}

std::size_t ModuleMemory::LongestAccess() const {
  if (engines_.empty()) return kEnd;
  return on_epl_page() ? settings_.longest_epl_access() : settings_.longest_access();
}

void ModuleMemory::Write(ByteView message, std::size_t message_index) {
  if (message.empty()) return;
  message_index_ = message_index;
  counter_ = std::to_integer<std::size_t>(message[0]);
  ByteView data = message.subspan(1);
  if (data.empty()) return;
  events_.wrote_data = true;
  if (const std::size_t longest = LongestAccess(); data.size() > longest) {
    violations_.Record("a write of {} bytes at {:02X}h of page {:02X}h; {} are allowed",
                       data.size(), counter_, page(), longest);
    data = data.first(longest);
  }
  for (bool within_message = false; !data.empty(); within_message = true) {
    EnterNextRegion(within_message);
    const std::size_t count = std::min(data.size(), RoomInRegion());
    const ByteView piece = data.first(count);
    data = data.subspan(count);
    const std::size_t next = counter_ + count;
    if (counter_ < kHalf) {
      WriteLower(piece);
    } else {
      WriteUpper(piece, data.empty());
    }
    counter_ = next;
  }
}

void ModuleMemory::WriteLower(ByteView data) {
  const bool selects = data.size() == 1 || !settings_.quirks.single_byte_page_select;
  for (std::size_t index = 0; index < data.size(); ++index) {
    const std::size_t offset = counter_ + index;
    if (offset >= kPassword && offset <= kLastPassword) {
      password_.at(offset - kPassword) = data[index];
      if (offset == kLastPassword) events_.password = LoadBigEndian<std::uint32_t>(password_);
    } else if (offset == kControls || offset == kMasks || (offset >= kBankSelect && selects)) {
      lower_.at(offset) = data[index];
      events_.wrote_controls |= offset == kControls;
    }
  }
}

void ModuleMemory::WriteUpper(ByteView data, bool last) {
  if (!on_cdb_page() && !on_epl_page()) return;  // read-only
  CdbEngine* const target = engine();
  const unsigned epl_page = on_epl_page() ? page() - kFirstEplPage : 0U;
  const bool unbelievable = on_epl_page() && epl_page >= settings_.believable_epl_pages();
  if (target == nullptr || unbelievable) {
    violations_.Record("a write to page {:02X}h of bank {}, which this module does not have",
                       page(), bank());
  } else if (on_epl_page() && epl_page >= settings_.epl_pages) {
    return;
  } else if (on_cdb_page()) {
    WriteMailbox(*target, data, last);
  } else {
    WriteEpl(*target, data);
  }
}

void ModuleMemory::WriteMailbox(CdbEngine& target, ByteView data, bool last) {
  const std::size_t end = counter_ + data.size();
  const bool triggers = counter_ <= kTrigger && end > kTrigger;
  ByteView taken = data;
  if (triggers) {
    events_.triggered = bank();
    events_.trigger_message = message_index_;
    events_.trigger_with_body = end > kTrigger + 1 || !last;
  }
  if (target.executing()) {
    // The header may be prepared for an Abort (0004h); the LPL belongs to the command.
    if (end > kLpl && !triggers) {
      violations_.Record("a write to {:02X}h of page 9Fh while command {:04X}h executed", counter_,
                         target.request().command);
    }
    taken = data.first(counter_ >= kLpl ? 0 : std::min(data.size(), kLpl - counter_));
  }
  std::ranges::copy(taken, target.mailbox().page().subspan(counter_ - kHalf).begin());
}

void ModuleMemory::WriteEpl(CdbEngine& target, ByteView data) {
  if (target.executing()) {
    violations_.Record("a write to page {:02X}h while command {:04X}h executed", page(),
                       target.request().command);
    return;
  }
  const std::size_t offset = ((page() - kFirstEplPage) * kHalf) + counter_ - kHalf;
  std::ranges::copy(data, target.mailbox().epl().subspan(offset).begin());
}

void ModuleMemory::MoveToFirstPage() {
  lower_[kBankSelect] = std::byte{0};
  lower_[kBankSelect + 1] = std::byte{0};
  counter_ = kHalf;
}

ByteView ModuleMemory::UpperPage() {
  static constexpr std::array<std::byte, kHalf> kNothing{};
  if (on_cdb_page() || on_epl_page()) {
    CdbEngine* const target = engine();
    if (target == nullptr) return kNothing;
    if (target->executing()) {
      violations_.Record("a read of page {:02X}h while command {:04X}h executed", page(),
                         target->request().command);
    }
    if (on_cdb_page()) return target->mailbox().page();
    return target->mailbox().epl().subspan((page() - kFirstEplPage) * kHalf, kHalf);
  }
  if (page() == 0 || settings_.flat) return page00_;
  return page() == 1 ? ByteView(page01_) : ByteView(kNothing);
}

Bytes ModuleMemory::Read(std::size_t count) {
  // The advertised length is about the CDB pages; any other page can be read in one piece.
  const bool cdb = counter_ >= kHalf && (on_cdb_page() || on_epl_page());
  const std::size_t longest = cdb ? LongestAccess() : kHalf;
  if (count > longest) {
    violations_.Record("a read of {} bytes at {:02X}h of page {:02X}h; {} are allowed", count,
                       counter_, page(), longest);
  }
  Bytes received;
  received.reserve(count);
  std::size_t wanted = std::min(count, longest);
  for (bool within_message = false; wanted > 0; within_message = true) {
    EnterNextRegion(within_message);
    const std::size_t piece = std::min(wanted, RoomInRegion());
    const bool in_lower = counter_ < kHalf;
    events_.read_flags |= counter_ <= kFlags && counter_ + piece > kFlags;
    const ByteView memory = in_lower ? ByteView(lower_) : UpperPage();
    Append(received, memory.subspan(in_lower ? counter_ : counter_ - kHalf, piece));
    counter_ += piece;
    wanted -= piece;
  }
  received.resize(count, std::byte{0xFF});
  return received;
}

}  // namespace reflash::emu
