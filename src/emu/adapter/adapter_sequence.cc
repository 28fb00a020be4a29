// SPDX-License-Identifier: Apache-2.0
// The sequence of calls that hands an image over to an emulated adapter.
#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "emu/adapter/emulated_adapter.h"

namespace reflash::emu {
namespace {

using Operation = FacilityOperation;
using std::chrono::milliseconds;

// The header in front of an image, big-endian (reference, B2).
constexpr std::size_t kHeaderBytes = 128;
constexpr std::size_t kLengthAt = 24;
constexpr std::size_t kImageBytesOfHeader = 32;  // behind them are zeroes
constexpr std::uint64_t kHeaderVersion = 1;

/// The hints of LONG BUSY, from 9900 on.
constexpr std::array<Duration, 6> kHints = {milliseconds(1),      milliseconds(10),
                                            milliseconds(100),    milliseconds(1'000),
                                            milliseconds(10'000), milliseconds(100'000)};

constexpr Duration kBusyHint = milliseconds(10);

}  // namespace

FacilityReply EmulatedAdapter::AnswerAsStaged(std::int64_t number) {
  const Code code{number};
  if (number < 0) return Abort(code);
  const FacilityReply reply = Answer(code, sequence_ ? sequence_->token : 0);
  const auto hint = static_cast<std::size_t>(number - static_cast<std::int64_t>(Code::kLongBusy));
  if (sequence_ && hint < kHints.size()) sequence_->answered_at += kHints.at(hint);
  return reply;
}

FacilityReply EmulatedAdapter::HandOver(Operation operation, std::uint64_t token, Bytes data,
                                        bool garbled) {
  if (const auto flaw = FindFlaw(operation, token, data)) return Abort(*flaw);
  if (!sequence_) {
    sequence_ = Sequence{.operation = operation, .answered_at = now_};
  }
  if (!pending_) {
    if (garbled) data[data.size() / 2] ^= std::byte{0x01};
    sequence_->garbled = garbled;
    const bool erases = operation == Operation::kDownload && sequence_->offset == 0;
    const Duration erasure = erases ? settings_.Scaled(settings_.erase) : Duration::zero();
    const Duration length = erasure + LengthOf(data.size());
    pending_ = Pending{.data = std::move(data), .ends_at = now_ + length, .not_before = now_};
  }
  return WaitLonger();
}

/// What is wrong with a call before anything of it is done.
std::optional<FacilityCode> EmulatedAdapter::FindFlaw(Operation operation, std::uint64_t token,
                                                      ByteView data) {
  if (!sequence_) {
    if (token != 0) {
      violations_.Record("token {:#x} was passed, but no sequence is open", token);
      return Code::kParameter;
    }
    if (failed_) {
      violations_.Record("a sequence began behind one that failed, without a reset");
      return Code::kState;
    }
    if (settings_.afus_open == 0) return std::nullopt;
    violations_.Record("an image was handed over while the functions of the adapter are in use");
    return Code::kResource;
  }
  if (token != sequence_->token || operation != sequence_->operation) {
    violations_.Record("a call of the sequence has another operation, or token {:#x} for {:#x}",
                       token, sequence_->token);
    return Code::kParameter;
  }
  if (!pending_) return std::nullopt;
  if (now_ < pending_->not_before) {
    violations_.Record("a call was repeated {:.3f} s earlier than its hint",
                       ToSeconds(pending_->not_before - now_));
  }
  const bool same = sequence_->garbled || std::ranges::equal(data, pending_->data);
  if (same) return std::nullopt;
  violations_.Record("a call was repeated with other bytes");
  return Code::kParameter;
}

FacilityReply EmulatedAdapter::WaitLonger() {
  if (pending_->busy_replies < settings_.busy_replies) {
    ++pending_->busy_replies;
    pending_->not_before = now_ + kBusyHint;
    sequence_->token = NextToken();
    return Answer(Code::kBusy, sequence_->token);
  }
  if (now_ >= pending_->ends_at) return FinishCall();
  sequence_->token = NextToken();
  FacilityReply reply = BusyFor(pending_->ends_at - now_);
  reply.token = sequence_->token;
  return reply;
}

/// The longest hint that is not over what remains, so that the last ones are short.
FacilityReply EmulatedAdapter::BusyFor(Duration remaining) {
  if (!settings_.long_busy) {
    if (pending_) pending_->not_before = now_ + kBusyHint;
    return Answer(Code::kBusy);
  }
  std::size_t hint = 0;
  while (hint + 1 < kHints.size() && kHints.at(hint + 1) <= remaining) ++hint;
  if (pending_) pending_->not_before = now_ + kHints.at(hint);
  return Answer(static_cast<Code>(static_cast<std::size_t>(Code::kLongBusy) + hint));
}

FacilityReply EmulatedAdapter::FinishCall() {
  const Bytes data = std::move(pending_->data);
  pending_.reset();
  const Code code = Take(data);
  if (code == Code::kContinue) {
    sequence_->token = NextToken();
    return Answer(code, sequence_->token);
  }
  if (code != Code::kSuccess) return Abort(code);
  sequence_.reset();
  return Answer(code);
}

FacilityCode EmulatedAdapter::Take(ByteView data) {
  const bool downloads = sequence_->operation == Operation::kDownload;
  if (sequence_->total == 0) {
    if (!UnderstandHeader(data)) return Code::kParameter;
    if (downloads) banks_.Begin(sequence_->total - kHeaderBytes);
    data = data.subspan(kHeaderBytes);
    sequence_->offset = kHeaderBytes;
  }
  if (data.size() > sequence_->total - sequence_->offset) {
    violations_.Record("more bytes were handed over than the header tells");
    return Code::kParameter;
  }
  const std::size_t offset = sequence_->offset - kHeaderBytes;
  if (downloads) {
    banks_.Write(offset, data);
  } else if (!banks_.Holds(offset, data)) {
    return Code::kBadData;
  }
  sequence_->offset += data.size();
  if (sequence_->offset < sequence_->total) return Code::kContinue;
  if (downloads && !banks_.Verify()) return Code::kBadData;
  if (!downloads && banks_.user().image().size() != sequence_->total - kHeaderBytes) {
    return Code::kBadData;
  }
  return Code::kSuccess;
}

bool EmulatedAdapter::UnderstandHeader(ByteView data) {
  const auto expected = [&] {
    Bytes header;
    AppendBigEndian(header, std::uint16_t{kHeaderVersion});
    header.resize(8);
    AppendBigEndian(header, settings_.vendor_id);
    AppendBigEndian(header, settings_.device_id);
    AppendBigEndian(header, settings_.subsystem_vendor_id);
    AppendBigEndian(header, settings_.subsystem_id);
    AppendBigEndian(header, std::uint64_t{kHeaderBytes});
    return header;
  }();
  if (data.size() < kHeaderBytes) {
    violations_.Record("the first chunk has {} bytes, less than a header", data.size());
    return false;
  }
  const auto length = LoadBigEndian<std::uint64_t>(data.subspan(kLengthAt));
  const bool zeroes =
      std::ranges::all_of(data.subspan(kImageBytesOfHeader, kHeaderBytes - kImageBytesOfHeader),
                          [](std::byte byte) { return byte == std::byte{0}; });
  if (!std::ranges::equal(data.first(expected.size()), expected) || !zeroes) {
    if (!sequence_->garbled) violations_.Record("the header is not that of this adapter");
    return false;
  }
  if (length == 0 || length > settings_.flash_bytes) return false;
  sequence_->total = kHeaderBytes + static_cast<std::size_t>(length);
  return true;
}

/// A guest that does not call for too long has lost its sequence.
bool EmulatedAdapter::GiveUpSequence() {
  if (!sequence_) return false;
  const TimePoint awaited =
      pending_ ? std::max(pending_->not_before, sequence_->answered_at) : sequence_->answered_at;
  if (now_ - awaited <= settings_.Scaled(settings_.call_timeout)) return false;
  Abort(Code::kState);
  return true;
}

FacilityReply EmulatedAdapter::Abort(Code code) {
  failed_ = failed_ || sequence_.has_value();
  sequence_.reset();
  pending_.reset();
  return Answer(code);
}

}  // namespace reflash::emu
