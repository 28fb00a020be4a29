// SPDX-License-Identifier: Apache-2.0
#include "emu/adapter/emulated_adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <utility>

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

Bytes Join(std::span<const ByteView> list) {
  Bytes data;
  for (const ByteView buffer : list) Append(data, buffer);
  return data;
}

/// Whether all buffers are full, but perhaps the last.
bool IsScatterList(std::span<const ByteView> list) {
  return !list.empty() && !list.back().empty() &&
         std::ranges::all_of(list.first(list.size() - 1), [](ByteView buffer) {
           return buffer.size() == PlatformFacility::kBufferBytes;
         });
}

}  // namespace

EmulatedAdapter::EmulatedAdapter(AdapterSettings settings, const Scheduler& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      now_(clock.Now()),
      violations_(now_),
      faults_(settings_.faults),
      banks_(settings_),
      present_(settings_.present) {
  assert(!FindProblem(settings_) && "impossible settings");
}

FacilityReply EmulatedAdapter::Call(Operation operation, std::uint64_t token,
                                    std::span<const ByteView> list, TimePoint now) {
  now_ = std::max(now, now_);
  violations_.set_now(now_);
  ++counters_.calls;
  for (const ByteView buffer : list) counters_.bytes += buffer.size();
  if (!present_) return Answer(Code::kHardware);
  const bool late = GiveUpSequence();
  if (late && token != 0) {
    violations_.Record("a call came later than {:.1f} s behind the last one",
                       ToSeconds(settings_.Scaled(settings_.call_timeout)));
    return Answer(Code::kState);
  }
  const auto fault =
      faults_.Happens([&](const AdapterFault& waiting) { return waiting.when == operation; });
  const bool garbled = fault && fault->effect == AdapterFault::Effect::kGarble;
  if (fault && !garbled) return HandleFault(*fault);
  if (stuck_) return Answer(Code::kBusy, token);
  if (token != 0 && token == lost_token_) return Answer(Code::kState);
  if (booting()) return BusyFor(booted_at_ - now_);
  const bool hands_over = operation == Operation::kDownload || operation == Operation::kValidate;
  if (!hands_over && token != 0) {
    violations_.Record("token {:#x} was passed with a call that takes none", token);
    return Answer(Code::kParameter);
  }
  if (operation == Operation::kReset) return BeginReset();
  if (operation == Operation::kVitalData) return ReadVitalData(garbled);
  if (!IsScatterList(list)) {
    violations_.Record("a list has a buffer that is not full, or is empty");
    return Abort(Code::kScatterList);
  }
  return HandOver(operation, token, Join(list), garbled);
}

FacilityReply EmulatedAdapter::Answer(Code code, std::uint64_t token, Bytes data) {
  const auto number = static_cast<std::int64_t>(code);
  if (code == Code::kBusy || number >= static_cast<std::int64_t>(Code::kLongBusy)) {
    ++counters_.busy_replies;
  }
  if (sequence_) sequence_->answered_at = now_;
  return {.code = number, .token = token, .data = std::move(data)};
}

FacilityReply EmulatedAdapter::HandleFault(const AdapterFault& fault) {
  switch (fault.effect) {
    case AdapterFault::Effect::kCode:
      return AnswerAsStaged(fault.code);
    case AdapterFault::Effect::kStuck:
      stuck_ = true;
      return Answer(Code::kBusy, sequence_ ? sequence_->token : 0);
    case AdapterFault::Effect::kRemove:
      present_ = false;
      break;
    default:
      Boot();
  }
  return Abort(Code::kHardware);
}

FacilityReply EmulatedAdapter::AnswerAsStaged(std::int64_t number) {
  const Code code{number};
  if (number < 0) return Abort(code);
  const FacilityReply reply = Answer(code, sequence_ ? sequence_->token : 0);
  const auto hint = static_cast<std::size_t>(number - static_cast<std::int64_t>(Code::kLongBusy));
  if (sequence_ && hint < kHints.size()) sequence_->answered_at += kHints.at(hint);
  return reply;
}

// The sequence.

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

// Other calls.

FacilityReply EmulatedAdapter::BeginReset() {
  if (settings_.afus_open > 0) {
    violations_.Record("the adapter was reset while its functions are in use");
  }
  Boot();
  return Answer(Code::kSuccess);
}

/// Allowed at any time; not a call of the sequence.
FacilityReply EmulatedAdapter::ReadVitalData(bool garbled) {
  const std::string text = VitalData();
  const ByteView bytes = AsBytes(text);
  Bytes data(bytes.begin(), bytes.end());
  if (garbled) data[data.size() / 2] ^= std::byte{0x01};
  return {.code = static_cast<std::int64_t>(Code::kSuccess), .token = 0, .data = std::move(data)};
}

std::string EmulatedAdapter::VitalData() const {
  std::string_view sequence = "idle";
  if (sequence_) {
    sequence = sequence_->operation == Operation::kDownload ? "download" : "validate";
  }
  return fmt::format(
      "vendor={:04x}\ndevice={:04x}\nsubsystem_vendor={:04x}\nsubsystem={:04x}\nversion={}\n"
      "image={}\nafus_open={}\nsequence={}\npart={}\nserial={}\nuser_bytes={}\n",
      settings_.vendor_id, settings_.device_id, settings_.subsystem_vendor_id,
      settings_.subsystem_id, banks_.running_version().ToString(),
      banks_.factory_runs() ? "factory" : "user", settings_.afus_open, sequence, settings_.part,
      settings_.serial, settings_.flash_bytes);
}

// Power.

void EmulatedAdapter::Boot() {
  lost_token_ = sequence_ ? sequence_->token : 0;
  sequence_.reset();
  pending_.reset();
  stuck_ = false;
  failed_ = false;
  banks_.Boot();
  booted_at_ = now_ + settings_.Scaled(settings_.boot);
}

void EmulatedAdapter::PowerCycle() {
  now_ = std::max(now_, clock_.Now());
  if (present_) Boot();
}

void EmulatedAdapter::Remove() {
  PowerCycle();
  present_ = false;
}

void EmulatedAdapter::Insert() {
  if (present_) return;
  present_ = true;
  PowerCycle();
}

std::uint64_t EmulatedAdapter::NextToken() {
  constexpr std::uint64_t kStride = 0x9E3779B97F4A7C15;
  tokens_ += kStride;
  return tokens_ | 1U;
}

Duration EmulatedAdapter::LengthOf(std::size_t bytes) const {
  constexpr double kMebibyte = 1U << 20U;
  const Duration per_mebibyte = sequence_->operation == Operation::kDownload
                                    ? settings_.program_per_mebibyte
                                    : settings_.validate_per_mebibyte;
  const double share = static_cast<double>(bytes) / kMebibyte;
  return settings_.Scaled(
      Duration(static_cast<Duration::rep>(static_cast<double>(per_mebibyte.count()) * share)));
}

}  // namespace reflash::emu
