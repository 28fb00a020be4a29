// SPDX-License-Identifier: Apache-2.0
// What the transfers of a host do to an emulated module; its time and its power stand in
// emulated_module.cc.
#include <algorithm>
#include <utility>

#include "emu/emulated_module.h"

namespace reflash::emu {
namespace {

// Lower memory.
constexpr std::size_t kModuleState = 3;
constexpr std::size_t kFlags = 8;
constexpr std::size_t kControls = 26;
constexpr std::size_t kMasks = 31;
constexpr std::size_t kCdbStatus = 37;
constexpr std::size_t kActiveVersion = 39;

constexpr std::byte kLowPowerRequest{0x10};
constexpr std::byte kSoftwareReset{0x08};

// Module states.
constexpr unsigned kLowPower = 1;
constexpr unsigned kPoweringUpState = 2;
constexpr unsigned kReady = 3;

I2cReply NotAcknowledged(std::size_t message) { return {.not_acknowledged_at = message}; }

}  // namespace

// Transfers.

bool EmulatedModule::Answers() const {
  if (!powered() || now_ < held_until_) return false;
  const auto busy = [this](const CdbEngine& engine) { return engine.BusyAt(now_); };
  return settings_.background || std::ranges::none_of(engines_, busy);
}

bool EmulatedModule::Address(TimePoint start) {
  Advance(start);
  garbles_transfer_ = false;
  if (power_ == Power::kAbsent) return false;
  if (const auto fault = faults_.OnTransfer()) {
    if (fault->effect != FaultSettings::Effect::kGarble) {
      Suffer(fault->effect);
      return false;
    }
    garbles_transfer_ = true;
  }
  transferring_ = Answers();
  return transferring_;
}

I2cReply EmulatedModule::Finish(std::span<const I2cMessage> messages, TimePoint stop) {
  Advance(stop);
  transferring_ = false;
  if (!powered()) return NotAcknowledged(0);
  RefreshLowerMemory();
  memory_.ClearEvents();
  I2cReply reply;
  reply.read = garbles_transfer_ ? ExchangeGarbled(messages) : Exchange(messages);
  const std::size_t trigger_message = memory_.events().trigger_message;
  return TakeEffects() ? reply : NotAcknowledged(trigger_message);
}

I2cReply EmulatedModule::Transfer(std::span<const I2cMessage> messages, TimePoint start,
                                  TimePoint stop) {
  return Address(start) ? Finish(messages, stop) : NotAcknowledged(0);
}

Bytes EmulatedModule::Exchange(std::span<const I2cMessage> messages) {
  Bytes received;
  for (std::size_t index = 0; index < messages.size(); ++index) {
    const I2cMessage& message = messages[index];
    if (message.read == 0) {
      memory_.Write(message.write, index);
    } else if (received.empty()) {
      received = memory_.Read(message.read);
    } else {
      Append(received, memory_.Read(message.read));
    }
  }
  return received;
}

/// Flips a byte of what is received, or of the longest write when nothing is.
Bytes EmulatedModule::ExchangeGarbled(std::span<const I2cMessage> messages) {
  const bool reads = std::ranges::any_of(messages, [](auto& message) { return message.read > 0; });
  if (reads) {
    Bytes received = Exchange(messages);
    received[received.size() / 2] ^= std::byte{0xFF};
    return received;
  }
  if (messages.empty()) return {};
  std::vector<I2cMessage> changed(messages.begin(), messages.end());
  I2cMessage& longest =
      *std::ranges::max_element(changed, {}, [](auto& message) { return message.write.size(); });
  Bytes garbled(longest.write.begin(), longest.write.end());
  if (!garbled.empty()) garbled.back() ^= std::byte{0xFF};
  longest.write = garbled;
  return Exchange(changed);
}

unsigned EmulatedModule::module_state() const {
  if (power_ == Power::kPoweringUp) return kPoweringUpState;
  const bool low_power = (memory_.lower()[kControls] & kLowPowerRequest) != std::byte{0};
  return low_power || banks_.in_boot_loader() ? kLowPower : kReady;
}

void EmulatedModule::RefreshLowerMemory() {
  const std::span lower = memory_.lower();
  const bool interrupt = (std::byte{flags_.value()} & ~lower[kMasks]) != std::byte{0};
  lower[kModuleState] = static_cast<std::byte>(module_state() << 1U | (interrupt ? 0U : 1U));
  lower[kFlags] = std::byte{flags_.value()};
  for (std::size_t instance = 0; instance < engines_.size(); ++instance) {
    lower[kCdbStatus + instance] = static_cast<std::byte>(engines_[instance].StatusAt(now_));
  }
  lower[kActiveVersion] = static_cast<std::byte>(banks_.running_version().major);
  lower[kActiveVersion + 1] = static_cast<std::byte>(banks_.running_version().minor);
}

/// Page 01h bytes 128 and 129: 0.0 for an empty bank, FF.FF for an invalid image.
void EmulatedModule::RefreshInactiveVersion() {
  const ImageBank& bank = banks_.bank(banks_.inactive());
  const bool invalid = !bank.valid() && !bank.empty();
  memory_.page01()[0] = static_cast<std::byte>(invalid ? 0xFFU : bank.version().major);
  memory_.page01()[1] = static_cast<std::byte>(invalid ? 0xFFU : bank.version().minor);
}

// Effects at the STOP.

/// Returns false when the write that triggers a command is not acknowledged.
bool EmulatedModule::TakeEffects() {
  const MemoryEvents& events = memory_.events();
  if (events.wrote_data) held_until_ = now_ + settings_.Scaled(settings_.write_hold);
  const bool takes_password = settings_.quirks.password_by != PasswordWay::kCommand;
  if (events.password && takes_password) commands_.lock().Enter(*events.password);
  if (events.read_flags) flags_.Clear();
  if (events.wrote_controls) {
    flags_.StateChanged();
    if ((memory_.lower()[kControls] & kSoftwareReset) != std::byte{0}) {
      Boot(std::nullopt, false);
      return true;
    }
  }
  return !events.triggered || Trigger(events);
}

bool EmulatedModule::Trigger(const MemoryEvents& events) {
  CdbEngine& engine = engines_[*events.triggered];
  if (engine.executing()) {
    TriggerWhileBusy(engine);
    return true;
  }
  const std::uint16_t command = engine.mailbox().Request().command;
  const std::optional<FaultSettings> fault = faults_.OnCommand(command);
  using enum FaultSettings::Effect;
  if (fault && fault->effect == kNack) return false;
  if (fault && (fault->effect == kPowerCut || fault->effect == kRemove)) {
    Suffer(fault->effect);
    return true;
  }
  if (events.trigger_with_body && !settings_.trigger_on_stop) {
    violations_.Record("command {:04X}h was triggered by a write of more than its CMDID", command);
    Execute(engine, {.refusal = CdbStatus::kBadCheckCode}, settings_.command_busy);
  } else {
    BeginCommand(engine, fault);
  }
  Advance(now_);
  return true;
}

void EmulatedModule::TriggerWhileBusy(CdbEngine& engine) {
  CdbMailbox& mailbox = engine.mailbox();
  const CdbRequest request = mailbox.Request();
  const bool aborts = request.command == CdbCommands::kAbort && request.lpl_length == 0 &&
                      request.check_code == mailbox.ComputeCheckCode();
  if (!aborts) {
    violations_.Record("command {:04X}h was triggered while command {:04X}h executed",
                       request.command, engine.request().command);
  } else if (engine.ends_at() != CdbEngine::kNever) {
    engine.End(CdbStatus::kAborted);
    flags_.CommandCompleted(static_cast<std::size_t>(&engine - engines_.data()));
  }
}

/// What a Commit would be answered with now.
CdbStatus EmulatedModule::CommitStatus() const {
  if (power_ != Power::kUp) return CdbStatus::kNotNow;
  return now_ < commit_opens_at_ ? settings_.quirks.commit_refusal : CdbStatus::kSuccess;
}

void EmulatedModule::OpenCommitAfter(Duration duration) {
  commit_opens_at_ = std::max(commit_opens_at_, now_ + settings_.Scaled(duration));
}

void EmulatedModule::BeginCommand(CdbEngine& engine, const std::optional<FaultSettings>& fault) {
  using Effect = FaultSettings::Effect;
  const auto is = [&fault](Effect effect) { return fault && fault->effect == effect; };
  CdbMailbox& mailbox = engine.mailbox();
  const bool garbles_reply = CdbCommands::HasReply(mailbox.Request().command);
  if (is(Effect::kGarble) && !garbles_reply) mailbox.GarbleRequest();
  if (is(Effect::kWrongStatus)) {
    engine.HideStatusUntil(now_ + settings_.Scaled(fault->wrong_status_for));
  }
  const CdbStatus status = is(Effect::kStatus) ? static_cast<CdbStatus>(fault->status)
                                               : commands_.Begin(mailbox, CommitStatus());
  CdbExecution execution;
  if (status != CdbStatus::kSuccess) execution.refusal = status;
  execution.garbles_reply = is(Effect::kGarble) && garbles_reply && !execution.refusal;
  execution.never_ends = is(Effect::kStuck);
  Execute(engine, execution,
          execution.refusal ? settings_.command_busy : commands_.TimeOf(mailbox));
}

/// Lets the command in the mailbox of `engine` take `time` from when the module notices it.
void EmulatedModule::Execute(CdbEngine& engine, CdbExecution execution, Duration time) {
  const ModuleQuirks& quirks = settings_.quirks;
  const bool shows_zero = quirks.status_zero > Duration::zero();
  if (shows_zero) execution.status_unnoticed = CdbStatus::kNone;
  execution.noticed_at =
      now_ + settings_.Scaled(shows_zero ? quirks.status_zero : quirks.stale_status);
  execution.ends_at = execution.noticed_at + settings_.Scaled(time);
  engine.Begin(execution);
}

}  // namespace reflash::emu
