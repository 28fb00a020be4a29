// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "async/scheduler.h"
#include "emu/card/card_banks.h"
#include "emu/card/card_fault.h"
#include "emu/card/card_flash.h"
#include "emu/card/card_settings.h"
#include "emu/card/key_store.h"
#include "emu/card/signed_image.h"
#include "emu/card/staging_area.h"
#include "emu/fault_queue.h"
#include "emu/violation_log.h"

namespace reflash::emu {

/// The board controller of a card while it is updated: the states of the reference, A5, behind the
/// doorbell. The families differ in how the doorbell looks, which is not known here.
///
///     idle/done -> (request) prepare -> ready -> (write done) authenticating -> copying or
///     program-key-hash -> done;   ready -> (abort) update-cancel -> idle;   any -> idle with a
///     status
///
/// It is told the time by its owner, who calls HandleEvent when next_event() has come.
class BoardController {
 public:
  /// Progress, as the doorbell tells it.
  enum class Progress : std::uint8_t {
    kIdle = 0,
    kPrepare = 1,
    kReady = 3,
    kAuthenticating = 4,
    kCopying = 5,
    kUpdateCancel = 6,
    kProgramKeyHash = 7,
    kDone = 8,
  };
  /// What the host says.
  enum class HostStatus : std::uint8_t { kIdle = 0, kWriteDone = 1, kAbort = 2 };

  BoardController(const CardSettings& settings, ViolationLog& violations,
                  FaultQueue<CardFault>& faults);
  BoardController(const BoardController&) = delete;
  BoardController& operator=(const BoardController&) = delete;
  ~BoardController() = default;

  // The doorbell.
  [[nodiscard]] Progress progress() const { return progress_; }
  [[nodiscard]] std::uint8_t status() const { return status_; }
  [[nodiscard]] std::uint8_t host_status() const { return host_status_; }
  [[nodiscard]] bool requested() const { return phase_ == Phase::kRequested; }
  [[nodiscard]] Disbelief disbelief() const { return disbelief_; }
  /// Somebody read it. Returns the bits that are wrong in what was read.
  std::uint32_t CountLook();
  /// The host wrote it.
  void WriteDoorbell(bool request, unsigned host_status, TimePoint now);

  // Words for the staging area.
  enum class WordFate : std::uint8_t {
    kTaken,
    kLost,       ///< and the host could not know: the doorbell says ready, or did at its last look,
                 ///< which is not longer than a block ago
    kForbidden,  ///< the doorbell did not say ready
  };
  /// The host hands over one word.
  WordFate TakeWord();
  /// Answers, but goes on with nothing until it loses power.
  [[nodiscard]] bool hung() const { return hung_; }
  /// An access that writes words begins. Returns the fault that strikes it; an effect that is not
  /// kGarble means that none of its words arrives.
  std::optional<CardFault> BeginTransfer();

  // Time.
  [[nodiscard]] TimePoint next_event() const { return ends_at_; }
  /// Does what is due; returns what happens to the whole card.
  std::optional<CardFault::Effect> HandleEvent(TimePoint now);

  void LosePower();
  /// Shows the status of a start, or of a load of the FPGA.
  void ShowStatus(std::uint8_t status) { status_ = status; }
  [[nodiscard]] bool busy() const;

  [[nodiscard]] CardBanks& banks() { return banks_; }
  [[nodiscard]] const CardBanks& banks() const { return banks_; }
  [[nodiscard]] StagingArea& staging() { return staging_; }
  [[nodiscard]] const StagingArea& staging() const { return staging_; }
  [[nodiscard]] const CardFlash& flash() const { return flash_; }
  /// How often the host read the doorbell while it told each progress.
  [[nodiscard]] const std::array<std::uint64_t, 16>& looks() const { return looks_; }

  static constexpr TimePoint kNever = TimePoint::max();

 private:
  /// A host looks at the doorbell again before each block (reference, A5).
  static constexpr std::size_t kBlockWords = 16384 / 4;

  enum class Phase : std::uint8_t {
    kIdle,
    kRequested,  // the progress of before is told
    kPreparing,
    kReady,
    kAccepting,  // write done was said, kReady is told
    kAborting,   // the same with abort
    kCanceling,
    kAuthenticating,
    kCopying,
    kKeyProgramming,
    kDone,
  };
  struct PhaseFacts;
  static const PhaseFacts& FactsOfPhase(Phase phase);

  void Enter(Phase phase, TimePoint now);
  void Suffer(const CardFault& fault, TimePoint begin);
  [[nodiscard]] Duration LengthOf(Phase phase) const;
  void Leave(TimePoint now);
  void End(std::uint8_t status);
  void WithdrawRequest(TimePoint now);
  void LeaveRequest(TimePoint now);
  void LeaveAuthentication(TimePoint now);
  [[nodiscard]] Disbelief Authenticate();
  void FinishProgramming();

  const CardSettings& settings_;
  ViolationLog& violations_;
  FaultQueue<CardFault>& faults_;
  CardBanks banks_;
  KeyStore keys_;
  CardFlash flash_;
  StagingArea staging_;

  Phase phase_ = Phase::kIdle;
  Progress progress_ = Progress::kIdle;
  std::uint8_t status_ = 0;
  std::uint8_t host_status_ = 0;
  Disbelief disbelief_ = Disbelief::kNone;
  TimePoint ends_at_ = kNever;
  std::optional<CardFault> fault_;  // that strikes at ends_at_, or at its end
  bool garbles_look_ = false;
  bool hung_ = false;
  std::size_t words_until_look_ = 0;  // of the block that was begun when the doorbell said ready
  std::array<std::uint64_t, 16> looks_{};

  // What is programmed.
  Bytes staged_;
  std::optional<SignedImage> image_;  // views into staged_
  Version version_;
  std::optional<CardPage> target_;
};

}  // namespace reflash::emu
