// SPDX-License-Identifier: Apache-2.0
#include "emu/cdb_mailbox.h"

#include <algorithm>
#include <cassert>

namespace reflash::emu {
namespace {

// Offsets in the upper half of page 9Fh.
constexpr std::size_t kEplLength = 130 - 128;
constexpr std::size_t kLplLength = 132 - 128;
constexpr std::size_t kCheckCode = 133 - 128;
constexpr std::size_t kReplyLength = 134 - 128;
constexpr std::size_t kReplyCheckCode = 135 - 128;
constexpr std::size_t kLpl = 136 - 128;
constexpr std::size_t kEplReplyLengthBase = 239;

unsigned Sum(ByteView bytes) {
  unsigned sum = 0;
  for (const std::byte byte : bytes) sum += std::to_integer<unsigned>(byte);
  return sum;
}

std::uint8_t OnesComplement(unsigned sum) { return static_cast<std::uint8_t>(~sum & 0xFFU); }

/// A code for neither sum, and not zero, which a host need not look at.
std::byte WrongCheckCode(unsigned sum, unsigned other_sum) {
  std::uint8_t code = 1;
  while (code == OnesComplement(sum) || code == OnesComplement(other_sum)) ++code;
  return std::byte{code};
}

}  // namespace

CdbRequest CdbMailbox::Request() const {
  const ByteView page(page_);
  return {.command = LoadBigEndian<std::uint16_t>(page),
          .epl_length = LoadBigEndian<std::uint16_t>(page.subspan(kEplLength)),
          .lpl_length = std::to_integer<std::uint8_t>(page[kLplLength]),
          .check_code = std::to_integer<std::uint8_t>(page[kCheckCode])};
}

std::uint8_t CdbMailbox::ComputeCheckCode() const {
  const ByteView page(page_);
  const std::size_t lpl_length =
      std::min<std::size_t>(kLplBytes, std::to_integer<std::size_t>(page[kLplLength]));
  return OnesComplement(Sum(page.first(kCheckCode)) + Sum(page.subspan(kLpl, lpl_length)));
}

void CdbMailbox::SetReply(ByteView reply) {
  assert(reply.size() <= kLplBytes);
  std::ranges::copy(reply, lpl().begin());
  page_[kReplyLength] = static_cast<std::byte>(reply.size());
  page_[kReplyCheckCode] = std::byte{OnesComplement(Sum(reply))};
}

void CdbMailbox::SetEplReply(ByteView reply) {
  assert(!reply.empty() && reply.size() <= epl_.size());
  std::ranges::copy(reply, epl_.begin());
  const std::size_t pages = (reply.size() + kPageBytes - 1) / kPageBytes;
  page_[kReplyLength] = static_cast<std::byte>(kEplReplyLengthBase + pages);
  page_[kReplyCheckCode] = std::byte{OnesComplement(0)};
}

/// What of the reply is in the LPL; nothing when it is in the EPL.
ByteView CdbMailbox::ReplyInLpl() const {
  const auto length = std::to_integer<std::size_t>(page_[kReplyLength]);
  const bool in_epl = length > kEplReplyLengthBase;
  return ByteView(page_).subspan(kLpl, in_epl ? 0 : std::min(length, kLplBytes));
}

void CdbMailbox::SetReplyLength(std::uint8_t length) {
  const std::size_t data = ReplyInLpl().size();
  if (length > data) std::ranges::fill(lpl().subspan(data), std::byte{0});
  page_[kReplyLength] = std::byte{length};
  SetReplyCheck(ReplyCheck::kLpl);
}

void CdbMailbox::SetReplyCheck(ReplyCheck check) {
  const unsigned lpl = Sum(ReplyInLpl());
  const unsigned header = lpl + std::to_integer<unsigned>(page_[kReplyLength]);
  std::byte& code = page_[kReplyCheckCode];
  switch (check) {
    case ReplyCheck::kLpl:
      code = std::byte{OnesComplement(lpl)};
      break;
    case ReplyCheck::kHeader:
      code = std::byte{OnesComplement(header)};
      break;
    case ReplyCheck::kZero:
      code = std::byte{0};
      break;
    case ReplyCheck::kWrong:
      code = WrongCheckCode(lpl, header);
      break;
  }
}

void CdbMailbox::GarbleRequest() {
  const CdbRequest request = Request();
  std::byte* garbled = &page_[kCheckCode];
  if (request.epl_length > 0) {
    garbled = &epl_.at(std::min<std::size_t>(request.epl_length, epl_.size()) / 2);
  } else if (request.lpl_length > 0) {
    garbled = &lpl()[std::min<std::size_t>(request.lpl_length, kLplBytes) - 1];
  }
  *garbled ^= std::byte{0xFF};
}

void CdbMailbox::GarbleReply() {
  const bool in_epl = std::to_integer<std::size_t>(page_[kReplyLength]) > kEplReplyLengthBase;
  (in_epl ? epl_[0] : lpl()[0]) ^= std::byte{0xFF};
}

}  // namespace reflash::emu
