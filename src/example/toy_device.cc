// SPDX-License-Identifier: Apache-2.0
#include "example/toy_device.h"

#include <algorithm>
#include <array>
#include <utility>

namespace reflash::example {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Twice what the specification promises: a toy that is late is not broken yet.
constexpr Duration kLongestBegin = seconds(4);
constexpr Duration kLongestBlock = milliseconds(20);
constexpr Duration kLongestFinish = seconds(10);
constexpr Duration kLongestCommand = milliseconds(100);
constexpr Duration kLongestRestart = seconds(6);

/// A wait begins with short looks and lets them grow with it, so that what ends soon is seen soon,
/// and what takes long is not asked a thousand times.
constexpr Duration kShortestLook = milliseconds(1);
constexpr Duration kLongestLook = milliseconds(100);
constexpr int kLookShare = 16;

Duration UntilNextLook(Duration elapsed) {
  return std::clamp(elapsed / kLookShare, kShortestLook, kLongestLook);
}

/// What each step takes as a rule, for progress; errors of these cost a bar its evenness, no more.
struct EstimateRow {
  Step step;
  Duration fixed;
  Duration per_block;
};
constexpr std::array kEstimates{
    EstimateRow{Step::kPrepare, seconds(2), {}},
    EstimateRow{Step::kWrite, {}, milliseconds(10)},
    EstimateRow{Step::kFinish, seconds(5), {}},
    EstimateRow{Step::kRun, seconds(3), {}},
    EstimateRow{Step::kCommit, milliseconds(100), {}},
};

}  // namespace

Duration ToyDevice::Estimate(Step step, std::uint64_t image_bytes) const {
  const auto* const row = std::ranges::find(kEstimates, step, &EstimateRow::step);
  if (row == kEstimates.end()) return Duration::zero();
  return row->fixed + row->per_block * (image_bytes / kLargestBlock + 1);
}

// Looking. Inspect is called at any time outside of the other operations, also of a device that
// nobody wants to update and of one that hardly works. It changes nothing. What answers must be
// proved to be a toy before anything is written to it.
Task<DeviceInfo> ToyDevice::DoInspect(std::stop_token /*stop*/) {
  const std::uint32_t identity = co_await registers_->Read(kIdentity);
  if (identity == kNobodyHome) {
    co_return Fail(ErrorCode::kNotFound, "nothing answers at {}", hardware_address());
  }
  if (identity != kToyIdentity) {
    co_return Fail(ErrorCode::kNotSupported, "what answers is no toy: its identity is {:#x}",
                   identity);
  }
  const std::uint32_t serial = co_await registers_->Read(kSerial);
  const std::uint32_t banks = co_await registers_->Read(kBanks);
  const std::uint32_t version_a = co_await registers_->Read(kVersionA);
  const std::uint32_t version_b = co_await registers_->Read(kVersionB);
  DeviceInfo info{.vendor = "Nobody",
                  .part = "TOY-1",
                  .serial = fmt::format("{:08X}", serial),
                  .version = std::nullopt,
                  .state = "ready",
                  .banks = DecodeBanks(banks, version_a, version_b),
                  .capabilities = {.switches_banks = true, .max_image_bytes = kLargestImage},
                  .details = {}};
  if (const Bank* const running = info.RunningBank()) info.version = running->version;
  co_return info;
}

// Who would be hurt by a restart now? The engine asks before each step that cuts traffic. A driver
// only says what it sees; whether that matters is the engine's business and the user's.
Task<std::optional<std::string>> ToyDevice::DoInUse() {
  const std::uint32_t playing = co_await registers_->Read(kPlaying);
  if (playing != 0) co_return "somebody plays with the toy";
  co_return std::nullopt;
}

// Waiting. The time comes from the scheduler, so that tests need none. A deadline is a number from
// the specification, never a guess, and its Error tells it.
Task<void> ToyDevice::Await(Duration longest) {
  const TimePoint begin = scheduler_.Now();
  while (true) {
    const std::uint32_t status = co_await registers_->Read(kStatus);
    if (status == kNobodyHome) co_await Fail(ErrorCode::kNotFound, "the toy is gone");
    if (status == static_cast<std::uint32_t>(ToyStatus::kFailed)) {
      co_await Fail(ErrorOfToy(co_await registers_->Read(kError)));
    }
    if (status != static_cast<std::uint32_t>(ToyStatus::kBusy)) co_return;
    const Duration elapsed = scheduler_.Now() - begin;
    if (elapsed > longest) {
      co_await Fail(ErrorCode::kTimeout, "the toy is still busy after {} s", ToSeconds(longest));
    }
    co_await scheduler_.Sleep(UntilNextLook(elapsed));
  }
}

Task<void> ToyDevice::Perform(ToyCommand command, Duration longest) {
  co_await registers_->Write(kCommand, static_cast<std::uint32_t>(command));
  co_await Await(longest);
}

// Prepare: from here on Cleanup will be called, whatever happens. The stop token is not looked at:
// a toy that erases cannot be stopped, and to leave it alone meanwhile would be a lie. The engine
// looks when we return, 2 s later at most. A device that erases for minutes would call
// job.PassPointOfNoReturn("the toy is erasing").
Task<void> ToyDevice::DoPrepare(Job& job) {
  job.Report(Phase::kPreparing, 0, 0, "erasing the idle bank");
  co_await registers_->Write(kLength, static_cast<std::uint32_t>(job.image().size()));
  co_await Perform(ToyCommand::kBegin, kLongestBegin);
}

// Write: as many bytes as are good for the device, at least one and never more than are left. The
// engine reports the progress and looks at the stop token between two calls.
Task<std::uint64_t> ToyDevice::DoWrite(Job& job, std::uint64_t offset) {
  const ByteView left = job.image().bytes().subspan(offset);
  const ByteView block = left.first(std::min(kLargestBlock, left.size()));
  co_await registers_->WriteBlock(block);
  co_await registers_->Write(kLength, static_cast<std::uint32_t>(block.size()));
  const Result<void> taken = co_await Outcome(Perform(ToyCommand::kBlock, kLongestBlock));
  if (!taken) {
    // Where it happened would be lost if it were not told here.
    co_await Fail(Error(taken.error().code(), fmt::format("block {:#x} was not taken", offset))
                      .Because(taken.error()));
  }
  co_return block.size();
}

// Finish: the device verifies and programs. It cannot be stopped, so nobody is told that it can.
Task<void> ToyDevice::DoFinish(Job& job) {
  job.PassPointOfNoReturn("the toy is programming the image");
  co_await Perform(ToyCommand::kFinish, kLongestFinish);
}

// Cleanup: the device is put in order after success, failure and cancel alike, from whatever state
// it is in; so it asks the device and does not believe a member that says how far we were. What it
// cannot do is an Error, since then the journal has to keep its entry.
Task<void> ToyDevice::DoCleanup(Job& job, const Result<void>& outcome) {
  if (outcome) co_return;
  co_await DoAbort(job);
}

// Abort: the same for a download that somebody else left open, such as a process that was killed.
// Nothing of ours is left from then, there is only the device.
Task<void> ToyDevice::DoAbort(Job& /*job*/) {
  // A toy that is busy takes no command. Whether it failed at what it did is of no interest here.
  co_await Outcome(Await(kLongestFinish));
  const std::uint32_t status = co_await registers_->Read(kStatus);
  if (status == static_cast<std::uint32_t>(ToyStatus::kIdle)) co_return;
  co_await Perform(ToyCommand::kAbort, kLongestCommand);
}

// Run: start the other image and wait until the device works again. Whether the right image came
// up is looked at by the engine.
Task<void> ToyDevice::DoRun(Job& job) { return Restart(job, ToyCommand::kRun); }

Task<void> ToyDevice::Restart(Job& job, ToyCommand command) {
  co_await registers_->Write(kCommand, static_cast<std::uint32_t>(command));
  job.Report(Phase::kProgramming, 0, 0, "waiting for the toy to come up");
  const TimePoint begin = scheduler_.Now();
  while (true) {
    const std::uint32_t identity = co_await registers_->Read(kIdentity);
    if (identity == kToyIdentity) break;
    const Duration elapsed = scheduler_.Now() - begin;
    if (elapsed > kLongestRestart) {
      co_await Fail(ErrorCode::kTimeout, "the toy did not come up within {} s",
                    ToSeconds(kLongestRestart));
    }
    co_await scheduler_.Sleep(UntilNextLook(elapsed));
  }
  co_await Await(kLongestCommand);  // it may have refused the command instead
}

Task<void> ToyDevice::DoCommit(Job& /*job*/) {
  return Perform(ToyCommand::kCommit, kLongestCommand);
}

// Rollback: back to the image that Run has left, also from one that hardly works. A reset, which
// every toy obeys, boots the committed image; once that is the one that runs, the other is asked
// for by name.
Task<void> ToyDevice::DoRollback(Job& job) {
  const Result<DeviceInfo> now = co_await Outcome(DoInspect({}));
  const Bank* const running = now ? now->RunningBank() : nullptr;
  const bool is_committed = running != nullptr && running->committed;
  if (is_committed && !now->IdleBank()->valid) {
    co_await Fail(ErrorCode::kNotSupported, "bank {} holds no image to go back to",
                  now->IdleBank()->name);
  }
  co_await Restart(job, is_committed ? ToyCommand::kRun : ToyCommand::kReset);
}

}  // namespace reflash::example
