// SPDX-License-Identifier: Apache-2.0
#include "emu/emulated_module.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace reflash::emu {
namespace {

std::size_t InstancesOf(const ModuleSettings& settings) {
  return settings.flat ? 0 : settings.instances;
}

}  // namespace

EmulatedModule::EmulatedModule(ModuleSettings settings, const Scheduler& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      now_(clock.Now()),
      violations_(now_),
      faults_(settings_.faults),
      banks_(settings_),
      engines_(InstancesOf(settings_)),
      commands_(settings_, banks_, violations_),
      memory_(settings_, engines_, violations_),
      flags_(settings_.quirks),
      second_host_(settings_.Scaled(settings_.quirks.second_host_period), now_) {
  assert(!FindProblem(settings_) && "impossible settings");
  RefreshInactiveVersion();
  if (!settings_.present) LosePower(Power::kAbsent);
}

// Time.

TimePoint EmulatedModule::Advance(TimePoint now) {
  const TimePoint end = std::max(now, now_);
  for (TimePoint event = NextEvent(); event <= end; event = NextEvent()) {
    now_ = std::max(event, now_);
    violations_.set_now(now_);
    LetSecondHostIn();
    HandleEvent();
  }
  now_ = end;
  violations_.set_now(now_);
  LetSecondHostIn();
  return now_;
}

TimePoint EmulatedModule::NextEvent() const {
  TimePoint next = std::min(phase_ends_at_, runs_at_);
  for (const CdbEngine& engine : engines_) next = std::min(next, engine.ends_at());
  return next;
}

void EmulatedModule::HandleEvent() {
  for (std::size_t instance = 0; instance < engines_.size(); ++instance) {
    if (engines_[instance].ends_at() <= now_) {
      CompleteCommand(instance);
      return;
    }
  }
  if (runs_at_ <= now_) {
    Boot(run_.bank, run_.hitless && !settings_.quirks.hitless_resets);
  } else {
    EndBootPhase();
  }
}

/// It gets the bus between the transfers of the host, and an answer only when the host would.
void EmulatedModule::LetSecondHostIn() {
  if (transferring_ || !second_host_.CameUntil(now_) || !Answers()) return;
  const SecondHostAct act = settings_.quirks.second_host;
  if (act != SecondHostAct::kMovePage) flags_.Clear();
  if (act != SecondHostAct::kReadFlags) memory_.MoveToFirstPage();
}

void EmulatedModule::CompleteCommand(std::size_t instance) {
  CdbEngine& engine = engines_[instance];
  const CdbExecution& execution = engine.execution();
  engine.End(execution.refusal ? *execution.refusal
                               : commands_.Finish(engine.request(), engine.mailbox()));
  if (execution.garbles_reply) engine.mailbox().GarbleReply();
  flags_.CommandCompleted(instance);
  RefreshInactiveVersion();
  if (engine.request().command == CdbCommands::kComplete && !execution.refusal) {
    const Duration quiet = settings_.Scaled(settings_.quirks.quiet_after_complete);
    held_until_ = std::max(held_until_, now_ + quiet);
  }
  if (const std::optional<RunRequest> run = commands_.TakeRunRequest()) {
    run_ = *run;
    runs_at_ = now_ + run_.delay;
    OpenCommitAfter(settings_.quirks.commit_after_run);
  }
}

void EmulatedModule::EndBootPhase() {
  const auto fault = std::exchange(boot_fault_, std::nullopt);
  if (fault == FaultSettings::Effect::kPowerCut) {
    Boot(std::nullopt, false);
    return;
  }
  flags_.StateChanged();
  if (banks_.in_boot_loader()) flags_.ModuleFirmwareError();
  const bool stuck = fault == FaultSettings::Effect::kStuck;
  const bool ends = !stuck && (power_ == Power::kPoweringUp || boots_hitless_);
  if (ends) OpenCommitAfter(settings_.quirks.commit_not_before);
  power_ = ends ? Power::kUp : Power::kPoweringUp;
  phase_ends_at_ = ends || stuck ? CdbEngine::kNever : now_ + settings_.Scaled(settings_.boot) / 4;
}

// Power.

void EmulatedModule::LosePower(Power state) {
  power_ = state;
  banks_.LosePower();
  std::ranges::fill(engines_, CdbEngine());
  commands_.lock().Close();
  memory_.Reset();
  phase_ends_at_ = CdbEngine::kNever;
  runs_at_ = CdbEngine::kNever;
  held_until_ = TimePoint::min();
  boot_fault_.reset();
  flags_.Clear();
}

void EmulatedModule::Boot(std::optional<Bank> bank, bool hitless) {
  const bool answers = settings_.quirks.answers_in_boot && !hitless;
  LosePower(answers ? Power::kPoweringUp : Power::kBooting);
  banks_.Boot(bank);
  RefreshInactiveVersion();
  boots_hitless_ = hitless;
  phase_ends_at_ = now_ + settings_.Scaled(settings_.boot) * (answers ? 4 : 3) / 4;
  if (const auto fault = faults_.OnBoot()) FailBoot(fault->effect);
}

void EmulatedModule::FailBoot(FaultSettings::Effect effect) {
  switch (effect) {
    case FaultSettings::Effect::kNack:
      power_ = Power::kHung;
      phase_ends_at_ = CdbEngine::kNever;
      break;
    case FaultSettings::Effect::kRemove:
      LosePower(Power::kAbsent);
      break;
    default:
      boot_fault_ = effect;
  }
}

void EmulatedModule::Suffer(FaultSettings::Effect effect) {
  switch (effect) {
    case FaultSettings::Effect::kPowerCut:
      Boot(std::nullopt, false);
      break;
    case FaultSettings::Effect::kRemove:
      LosePower(Power::kAbsent);
      break;
    case FaultSettings::Effect::kStuck:
      power_ = Power::kHung;
      break;
    default:
      break;
  }
}

void EmulatedModule::PowerCycle() {
  Advance(clock_.Now());
  if (power_ != Power::kAbsent) Boot(std::nullopt, false);
}

void EmulatedModule::Reset() { PowerCycle(); }

void EmulatedModule::Remove() {
  Advance(clock_.Now());
  LosePower(Power::kAbsent);
}

void EmulatedModule::Insert() {
  Advance(clock_.Now());
  if (power_ == Power::kAbsent) Boot(std::nullopt, false);
}

void EmulatedModule::AddFault(const FaultSettings& fault) {
  Advance(clock_.Now());
  faults_.Add(fault);
}

const FirmwareBanks& EmulatedModule::Banks() {
  Advance(clock_.Now());
  return banks_;
}

}  // namespace reflash::emu
