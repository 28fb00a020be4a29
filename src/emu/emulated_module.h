// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "async/scheduler.h"
#include "bus/i2c_port.h"
#include "emu/cdb_commands.h"
#include "emu/cdb_engine.h"
#include "emu/fault_injector.h"
#include "emu/firmware_banks.h"
#include "emu/latched_flags.h"
#include "emu/module_memory.h"
#include "emu/module_settings.h"
#include "emu/second_host.h"
#include "emu/violation_log.h"

namespace reflash::emu {

/// An emulated CMIS module: what answers at address 50h. It is a state machine that is told what
/// is on the bus and when; nothing happens in it between transfers that is not worked out from the
/// time at the next one. `clock` tells the time of controls and must outlive the module; transfers
/// bring their own.
///
/// It is plugged in, booted and idle at first. It punishes: each rule of the specification that
/// the host breaks stands in violations(), and the module does what hardware might do then.
class EmulatedModule {
 public:
  EmulatedModule(ModuleSettings settings, const Scheduler& clock);
  EmulatedModule(const EmulatedModule&) = delete;
  EmulatedModule& operator=(const EmulatedModule&) = delete;
  ~EmulatedModule() = default;

  /// The address byte of a transfer that begins at `start`: whether the module acknowledges.
  bool Address(TimePoint start);
  /// The rest of a transfer that was acknowledged; STOP is at `stop`. Data goes to and comes from
  /// memory message by message; a command is triggered, and a control taken, at the STOP.
  I2cReply Finish(std::span<const I2cMessage> messages, TimePoint stop);
  /// Both.
  I2cReply Transfer(std::span<const I2cMessage> messages, TimePoint start, TimePoint stop);

  // What a hand, or a platform, does to it.
  void PowerCycle();
  void Reset();
  void Remove();
  void Insert();
  void AddFault(const FaultSettings& fault);

  /// What its banks hold at this moment.
  const FirmwareBanks& Banks();
  [[nodiscard]] const std::vector<std::string>& violations() const {
    return violations_.sentences();
  }
  [[nodiscard]] const ModuleSettings& settings() const { return settings_; }

 private:
  enum class Power : std::uint8_t {
    kAbsent,      // nothing is plugged in
    kHung,        // NACKs everything until a reset
    kBooting,     // NACKs everything until phase_ends_at_
    kPoweringUp,  // answers, state ModulePwrUp, until phase_ends_at_
    kUp,
  };

  // Time. What is due is done in its order, at the time at which it is due.
  TimePoint Advance(TimePoint now);
  [[nodiscard]] TimePoint NextEvent() const;
  void HandleEvent();
  void LetSecondHostIn();
  void CompleteCommand(std::size_t instance);
  void EndBootPhase();

  // Power.
  void Boot(std::optional<Bank> bank, bool hitless);
  void FailBoot(FaultSettings::Effect effect);
  void LosePower(Power state);
  void Suffer(FaultSettings::Effect effect);

  // Transfers.
  [[nodiscard]] bool Answers() const;
  [[nodiscard]] bool powered() const { return power_ >= Power::kPoweringUp; }
  Bytes Exchange(std::span<const I2cMessage> messages);
  Bytes ExchangeGarbled(std::span<const I2cMessage> messages);
  void RefreshLowerMemory();
  void RefreshInactiveVersion();
  [[nodiscard]] unsigned module_state() const;

  // Effects at the STOP.
  bool TakeEffects();
  bool Trigger(const MemoryEvents& events);
  void TriggerWhileBusy(CdbEngine& engine);
  [[nodiscard]] CdbStatus CommitStatus() const;
  void OpenCommitAfter(Duration duration);
  void Execute(CdbEngine& engine, CdbExecution execution, Duration time);
  void BeginCommand(CdbEngine& engine, const std::optional<FaultSettings>& fault);

  ModuleSettings settings_;
  const Scheduler& clock_;
  TimePoint now_;
  ViolationLog violations_;
  FaultInjector faults_;
  FirmwareBanks banks_;
  std::vector<CdbEngine> engines_;
  CdbCommands commands_;
  ModuleMemory memory_;

  Power power_ = Power::kUp;
  TimePoint phase_ends_at_ = CdbEngine::kNever;
  bool boots_hitless_ = false;
  std::optional<FaultSettings::Effect> boot_fault_;
  RunRequest run_;
  TimePoint runs_at_ = CdbEngine::kNever;
  TimePoint held_until_ = TimePoint::min();
  bool garbles_transfer_ = false;
  TimePoint commit_opens_at_ = TimePoint::min();
  LatchedFlags flags_;
  SecondHost second_host_;
  bool transferring_ = false;  // between START and STOP, when no other host gets the bus
};

}  // namespace reflash::emu
