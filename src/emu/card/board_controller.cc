// SPDX-License-Identifier: Apache-2.0
#include "emu/card/board_controller.h"

#include <utility>

namespace reflash::emu {
namespace {

using When = CardFault::When;
using Effect = CardFault::Effect;

// Statuses (reference, A5).
constexpr std::uint8_t kNormal = 0;
constexpr std::uint8_t kAuthenticationFailed = 2;
constexpr std::uint8_t kFatal = 4;
constexpr std::uint8_t kWearout = 8;

}  // namespace

/// What a phase tells, what it is for the host, and which fault waits for it.
struct BoardController::PhaseFacts {
  std::optional<Progress> progress;  // nothing: the one of before
  bool busy = false;
  std::optional<When> fault;
};

const BoardController::PhaseFacts& BoardController::FactsOfPhase(Phase phase) {
  static constexpr std::array<PhaseFacts, 11> kFacts = {{
      {Progress::kIdle, false, std::nullopt},                  // kIdle
      {std::nullopt, true, When::kRequest},                    // kRequested
      {Progress::kPrepare, true, When::kErase},                // kPreparing
      {Progress::kReady, true, std::nullopt},                  // kReady
      {Progress::kReady, true, std::nullopt},                  // kAccepting
      {Progress::kReady, true, std::nullopt},                  // kAborting
      {Progress::kUpdateCancel, true, std::nullopt},           // kCanceling
      {Progress::kAuthenticating, true, When::kAuthenticate},  // kAuthenticating
      {Progress::kCopying, true, When::kProgram},              // kCopying
      {Progress::kProgramKeyHash, true, When::kProgram},       // kKeyProgramming
      {Progress::kDone, false, std::nullopt},                  // kDone
  }};
  return kFacts.at(static_cast<std::size_t>(phase));
}

BoardController::BoardController(const CardSettings& settings, ViolationLog& violations,
                                 FaultQueue<CardFault>& faults)
    : settings_(settings),
      violations_(violations),
      faults_(faults),
      banks_(settings),
      keys_(settings),
      flash_(settings, keys_),
      staging_(settings.staging_bytes) {}

bool BoardController::busy() const { return FactsOfPhase(phase_).busy; }

std::uint32_t BoardController::CountLook() {
  constexpr std::uint32_t kWrongBits = 0x005A00F0;  // progress and status
  ++looks_.at(static_cast<std::size_t>(progress_));
  words_until_look_ = progress_ == Progress::kReady ? kBlockWords : 0;
  return std::exchange(garbles_look_, false) ? kWrongBits : 0;
}

// The host.

void BoardController::WriteDoorbell(bool request, unsigned host_status, TimePoint now) {
  constexpr unsigned kMostHostStatus = 2;
  const auto said = static_cast<HostStatus>(host_status);
  if (host_status > kMostHostStatus) {
    violations_.Record("host status {} was written, which is none", host_status);
    return;
  }
  const bool changed = host_status != host_status_;
  host_status_ = static_cast<std::uint8_t>(host_status);
  if (request && !requested()) {
    if (busy()) {
      violations_.Record("an update was requested while one is under way");
    } else {
      if (host_status != 0)
        violations_.Record("an update was requested with host status {}", host_status);
      Enter(Phase::kRequested, now);
    }
    return;
  }
  if (!request && requested()) WithdrawRequest(now);
  if (!changed || said == HostStatus::kIdle) return;
  if (progress_ != Progress::kReady) {
    violations_.Record("host status {} was written while progress is {}, not ready", host_status,
                       std::to_underlying(progress_));
    return;
  }
  Enter(said == HostStatus::kAbort ? Phase::kAborting : Phase::kAccepting, now);
}

BoardController::WordFate BoardController::TakeWord() {
  const bool in_block = words_until_look_ > 0;
  if (in_block) --words_until_look_;
  if (progress_ == Progress::kReady) return hung_ ? WordFate::kLost : WordFate::kTaken;
  return in_block ? WordFate::kLost : WordFate::kForbidden;
}

std::optional<CardFault> BoardController::BeginTransfer() {
  const std::optional<CardFault> fault =
      faults_.Happens([](const CardFault& waiting) { return waiting.when == When::kTransfer; });
  if (!fault) return std::nullopt;
  if (fault->effect == Effect::kStatus) End(fault->status);
  if (fault->effect == Effect::kStuck) {
    hung_ = true;
    ends_at_ = kNever;
  }
  return fault;
}

// Time.

Duration BoardController::LengthOf(Phase phase) const {
  const CardSettings& s = settings_;
  switch (phase) {
    case Phase::kPreparing:
      return s.ScaledBySize(s.erase_per_mebibyte, staging_.size_bytes());
    case Phase::kAuthenticating:
      return s.Scaled(s.authentication);
    case Phase::kCopying:
      return s.ScaledBySize(s.program_per_mebibyte, staged_.size());
    case Phase::kKeyProgramming:
      return s.Scaled(s.key_programming);
    default:
      return s.Scaled(s.handshake);
  }
}

void BoardController::Enter(Phase phase, TimePoint now) {
  const PhaseFacts& facts = FactsOfPhase(phase);
  phase_ = phase;
  progress_ = facts.progress.value_or(progress_);
  const bool lasts = !facts.busy || phase == Phase::kReady || hung_;
  ends_at_ = lasts ? kNever : now + LengthOf(phase);
  fault_.reset();
  if (facts.fault) {
    fault_ =
        faults_.Happens([&](const CardFault& waiting) { return waiting.when == *facts.fault; });
  }
  if (fault_) Suffer(*fault_, now);
}

void BoardController::Suffer(const CardFault& fault, TimePoint begin) {
  switch (fault.effect) {
    case Effect::kStuck:
      ends_at_ = kNever;
      break;
    case Effect::kGarble:
      garbles_look_ = fault.when == When::kRequest;
      break;
    default:
      ends_at_ = begin + ((ends_at_ - begin) / 2);
  }
}

std::optional<CardFault::Effect> BoardController::HandleEvent(TimePoint now) {
  ends_at_ = kNever;
  if (!fault_ || fault_->effect == Effect::kGarble) {
    Leave(now);
    return std::nullopt;
  }
  const CardFault fault = *std::exchange(fault_, std::nullopt);
  if (fault.effect != Effect::kStatus) return fault.effect;
  End(fault.status);
  return std::nullopt;
}

void BoardController::Leave(TimePoint now) {
  switch (phase_) {
    case Phase::kRequested:
      LeaveRequest(now);
      break;
    case Phase::kPreparing: {
      const bool stale = host_status_ == std::to_underlying(HostStatus::kWriteDone);
      Enter(stale ? Phase::kAccepting : Phase::kReady, now);
      break;
    }
    case Phase::kAccepting:
      Enter(Phase::kAuthenticating, now);
      break;
    case Phase::kAborting:
      Enter(Phase::kCanceling, now);
      break;
    case Phase::kAuthenticating:
      LeaveAuthentication(now);
      break;
    case Phase::kCopying:
    case Phase::kKeyProgramming:
      FinishProgramming();
      Enter(Phase::kDone, now);
      break;
    default:
      End(kNormal);
  }
}

void BoardController::End(std::uint8_t status) {
  phase_ = Phase::kIdle;
  progress_ = Progress::kIdle;
  status_ = status;
  ends_at_ = kNever;
  fault_.reset();
  image_.reset();
  staged_ = {};
}

void BoardController::WithdrawRequest(TimePoint now) {
  Enter(progress_ == Progress::kDone ? Phase::kDone : Phase::kIdle, now);
}

void BoardController::LeaveRequest(TimePoint now) {
  if (flash_.update_count() >= settings_.wearout_at) {
    End(kWearout);
    return;
  }
  status_ = kNormal;
  disbelief_ = Disbelief::kNone;
  flash_.CountUpdate();
  staging_.Erase();
  Enter(Phase::kPreparing, now);
}

void BoardController::LeaveAuthentication(TimePoint now) {
  disbelief_ = Authenticate();
  if (disbelief_ != Disbelief::kNone) {
    End(kAuthenticationFailed);
    return;
  }
  if (image_->action != CardImageAction::kUpdate) {
    Enter(Phase::kKeyProgramming, now);
    return;
  }
  target_ = banks_.TargetOf(image_->sort);
  if (target_ && banks_.IsLast(*target_)) {
    End(kFatal);
    return;
  }
  if (target_) banks_.Invalidate(*target_);
  Enter(Phase::kCopying, now);
}

Disbelief BoardController::Authenticate() {
  staged_ = staging_.Contents();
  if (fault_ && !staged_.empty()) staged_[staged_.size() / 2] ^= std::byte{0x01};  // garbled
  const auto image = SignedImage::Read(staged_);
  if (!image) return image.error();
  image_ = *image;
  const Disbelief keys = keys_.Check(*image);
  if (keys != Disbelief::kNone || image->action != CardImageAction::kUpdate) return keys;
  const auto version = image->ReadVersion();
  if (!version) return version.error();
  version_ = *version;
  return Disbelief::kNone;
}

void BoardController::FinishProgramming() {
  if (image_->action != CardImageAction::kUpdate) {
    keys_.Program(*image_);
  } else if (target_ && !fault_) {  // what was garbled stays invalid, and nobody says so
    banks_.Load(*target_, image_->file, version_);
  }
  image_.reset();
  staged_ = {};
}

void BoardController::LosePower() {
  End(kNormal);
  host_status_ = 0;
  disbelief_ = Disbelief::kNone;
  garbles_look_ = false;
  hung_ = false;
  words_until_look_ = 0;
}

}  // namespace reflash::emu
