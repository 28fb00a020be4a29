// SPDX-License-Identifier: Apache-2.0
#include "emu/adapter/emulated_adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace reflash::emu {
namespace {

using Operation = FacilityOperation;

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
