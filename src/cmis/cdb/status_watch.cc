// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/status_watch.h"

#include <algorithm>

#include "cmis/cdb/command.h"
#include "cmis/module/identity.h"
#include "cmis/module/memory_map.h"

namespace reflash::cmis {
namespace {

/// How long a status that nothing confirms may be the one of the command before (CMIS 5.0, tCDBC),
/// and on modules that are known to set no flag.
constexpr Duration kStatusSettles = std::chrono::milliseconds(100);
constexpr Duration kStatusSettlesWithoutFlag = std::chrono::milliseconds(10);

/// Status 00h for so long is worth a look at the rest of the module.
constexpr Duration kZeroIsOdd = std::chrono::seconds(1);
/// From the module's state to its flags.
constexpr std::size_t kStateToFlags = kModuleFlags.offset - kModuleState.offset + 1;

}  // namespace

std::string StatusWatch::Look::Words() const {
  if (!status) return "it does not acknowledge";
  if (*status == CdbStatus{}) return status->Words() + "; it may have restarted";
  return status->Words();
}

void StatusWatch::Seen::Take(const Look& look) {
  if (look.running()) {
    running = true;
    still_running = look.elapsed;
  }
  if (!look.status && !silent_from) silent_from = look.elapsed;
  if (!silent_from) return;
  longest_silence = std::max(longest_silence, look.elapsed - *silent_from);
  if (look.status) silent_from.reset();
}

Task<void> StatusWatch::BeforeTrigger(std::uint16_t id) {
  if (flag_is_clear_ || promptness_.Covers(pacing_.FirstLook(id))) co_return;
  co_await TakeCompletionFlag();
  flag_is_clear_ = true;
}

Task<StatusWatch::Look> StatusWatch::LookAtStatus(TimePoint triggered) {
  Look look{.elapsed = scheduler_.Now() - triggered, .status = std::nullopt};
  const EepromReply reply = co_await memory_.TryRead(kCdbStatus1, 1);
  if (reply.acknowledged) look.status = CdbStatus{std::to_integer<std::uint8_t>(reply.read[0])};
  co_return look;
}

Task<bool> StatusWatch::TakeCompletionFlag() {
  const Bytes flags = co_await memory_.Read(kModuleFlags, 1);
  co_return (std::to_integer<std::uint8_t>(flags[0]) & kCdbCompleteFlag1) != 0;
}

Task<bool> StatusWatch::Believe(const Look& look, bool first) {
  const bool changed = last_status_ && look.status != last_status_;
  if (changed || promptness_.Covers(look.elapsed)) co_return true;
  // A flag that was not set yet is going to be; only one that was there is clear now.
  flag_is_clear_ = co_await TakeCompletionFlag();
  if (flag_is_clear_) {
    has_flag_ = true;
    if (first) promptness_.Prove(look.elapsed);
    co_return true;
  }
  if (first) promptness_.Doubt();
  if (look.elapsed < (has_flag_ ? kStatusSettles : kStatusSettlesWithoutFlag)) co_return false;
  has_flag_ = false;
  co_return true;
}

Task<bool> StatusWatch::Restarted(const Look& look, const Seen& seen) {
  if (look.status != CdbStatus{}) co_return false;
  if (background_ && seen.longest_silence > ModuleMemory::kPatience) co_return true;
  if (look.elapsed < kZeroIsOdd) co_return false;
  const EepromReply reply = co_await memory_.TryRead(kModuleState, kStateToFlags);
  if (!reply.acknowledged) co_return false;
  const bool powers_up = ModuleStateOf(reply.read.front()) == ModuleState::kPoweringUp;
  const auto flags = std::to_integer<std::uint8_t>(reply.read.back());
  co_return powers_up || (flags & kModuleStateChanged) != 0;
}

Task<CdbStatus> StatusWatch::AfterTrigger(std::uint16_t id, Duration longest) {
  const TimePoint triggered = scheduler_.Now();
  Seen seen;
  co_await scheduler_.SleepUntil(triggered + pacing_.FirstLook(id));
  for (bool first = true;; first = false) {
    const Look look = co_await LookAtStatus(triggered);
    seen.Take(look);
    if (look.running() && first) promptness_.Prove(look.elapsed);
    if (!look.running() && (seen.running || co_await Believe(look, first))) {
      last_status_ = look.status;
      pacing_.Learn(id, seen.still_running, look.elapsed);
      co_return *look.status;
    }
    if (co_await Restarted(look, seen)) {
      co_return Fail(ErrorCode::kHwError, "the module restarted during '{}'", CommandName(id));
    }
    if (look.elapsed >= longest) {
      co_return Fail(ErrorCode::kTimeout, "the module did not finish '{}' within {:.1f} s: {}",
                     CommandName(id), ToSeconds(longest), look.Words());
    }
    co_await scheduler_.Sleep(CompletionPacing::NextLook(look.elapsed));
  }
}

}  // namespace reflash::cmis
