// SPDX-License-Identifier: Apache-2.0
#include "fpga/secure_update.h"

#include <cassert>
#include <utility>

namespace reflash::fpga {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kWordBytes = 4;
constexpr int kMostLooks = 8;

}  // namespace

constinit const SecureUpdate::Wait SecureUpdate::kStarts{milliseconds(100), seconds(5),
                                                         "to begin with the update"};
constinit const SecureUpdate::Wait SecureUpdate::kPrepares{milliseconds(100), minutes(2),
                                                           "to erase the staging area"};
constinit const SecureUpdate::Wait SecureUpdate::kLeavesReady{milliseconds(100), seconds(5),
                                                              "to see that the image is there"};
constinit const SecureUpdate::Wait SecureUpdate::kCompletes{
    seconds(1), minutes(40), "to authenticate and program the image"};
constinit const SecureUpdate::Wait SecureUpdate::kCancels{milliseconds(100), seconds(5),
                                                          "to give the update up"};

Task<UpdateState> SecureUpdate::ReadState() {
  const ControllerFamily& family = controller_.family();
  const std::uint32_t doorbell_word = co_await controller_.ReadSystem(family.registers.doorbell);
  if (!family.status_in_authentication_result) {
    co_return UpdateState::Decode(doorbell_word, doorbell_word);
  }
  co_return UpdateState::Decode(
      doorbell_word, co_await controller_.ReadSystem(family.registers.authentication_result));
}

Task<UpdateState> SecureUpdate::ReadSettledState() {
  UpdateState before = co_await ReadState();
  for (int look = 1; look < kMostLooks; ++look) {
    const UpdateState state = co_await ReadState();
    if (state == before) co_return state;
    before = state;
  }
  co_return Fail(ErrorCode::kHwError, "the controller says something else each time, last: {}",
                 before.ProgressWords());
}

Task<UpdateState> SecureUpdate::Await(const Wait& wait, Condition over, Watcher watcher) {
  const TimePoint begin = scheduler_.Now();
  while (true) {
    co_await scheduler_.Sleep(wait.period);
    const UpdateState state = co_await ReadState();
    if (watcher) watcher(state);
    if (over(state)) {
      const UpdateState again = co_await ReadState();
      if (again == state) co_return state;
    }
    if (scheduler_.Now() - begin < wait.longest) continue;
    Error timeout(ErrorCode::kTimeout,
                  fmt::format("the controller took longer than {} s {}; it is {}",
                              ToSeconds(wait.longest), wait.what, state.ProgressWords()));
    // Until a request is taken, the status is that of the update before.
    const bool says_why = state.Failed() && !state.requested;
    co_return Fail(says_why ? state.Failure().Because(std::move(timeout)) : timeout);
  }
}

Task<void> SecureUpdate::SetHostStatus(std::uint32_t host_status) {
  return controller_.UpdateSystem(controller_.family().registers.doorbell,
                                  doorbell::kHostStatusMask, host_status);
}

Task<void> SecureUpdate::Start() {
  const UpdateState before = co_await ReadSettledState();
  if (!before.AtRest() || before.requested) {
    co_await Fail(ErrorCode::kBusy, "an update is open already: the controller is {}{}",
                  before.ProgressWords(),
                  before.requested ? ", and has not taken the request yet" : "");
  }
  co_await controller_.UpdateSystem(controller_.family().registers.doorbell,
                                    doorbell::kRequest | doorbell::kHostStatusMask,
                                    doorbell::kRequest);
  // Until the request is taken, the status is that of the update before.
  const UpdateState state = co_await Await(
      kStarts,
      [](const UpdateState& now) { return !now.AtRest() || (!now.requested && now.Failed()); },
      nullptr);
  if (!state.requested && state.Failed()) co_await Fail(state.Failure());
}

Task<void> SecureUpdate::AwaitReady(Watcher watcher) {
  const UpdateState state = co_await Await(
      kPrepares,
      [](const UpdateState& now) {
        return now.Failed() || now.progress != UpdateProgress::kPrepare;
      },
      std::move(watcher));
  if (state.Failed()) co_await Fail(state.Failure());
  if (state.progress != UpdateProgress::kReady) {
    co_await Fail(ErrorCode::kHwError, "the controller did not get ready for the image: it is {}",
                  state.ProgressWords());
  }
}

Task<void> SecureUpdate::CheckReady() {
  const std::uint32_t word =
      co_await controller_.ReadSystem(controller_.family().registers.doorbell);
  if (UpdateState::Decode(word, 0).progress == UpdateProgress::kReady) co_return;
  const UpdateState state = co_await ReadSettledState();
  if (state.progress == UpdateProgress::kReady) co_return;
  if (state.Failed()) co_await Fail(state.Failure());
  co_await Fail(ErrorCode::kHwError, "the controller takes no more of the image: it is {}",
                state.ProgressWords());
}

Task<void> SecureUpdate::WriteBlock(std::uint64_t offset, ByteView block) {
  assert(!block.empty() && block.size() <= kBlockBytes);
  co_await CheckReady();
  const std::size_t whole = block.size() / kWordBytes * kWordBytes;
  if (whole > 0) co_await controller_.WriteStaging(offset, block.first(whole));
  if (whole == block.size()) co_return;
  Bytes last(block.begin() + static_cast<std::ptrdiff_t>(whole), block.end());
  last.resize(kWordBytes, std::byte{0xFF});
  co_await controller_.WriteStaging(offset + whole, last);
}

Task<void> SecureUpdate::Complete(Watcher watcher) {
  co_await SetHostStatus(doorbell::kHostWriteDone);
  UpdateState state = co_await Await(
      kLeavesReady,
      [](const UpdateState& now) { return now.Failed() || now.progress != UpdateProgress::kReady; },
      watcher);
  if (!state.Failed() && !state.AtRest()) {
    state = co_await Await(
        kCompletes, [](const UpdateState& now) { return now.Failed() || !now.Programs(); },
        std::move(watcher));
  }
  if (state.Failed()) co_await Fail(state.Failure());
  const bool done = state.AtRest() && state.progress != UpdateProgress::kIdle;
  if (!done) {
    co_await Fail(ErrorCode::kHwError,
                  "the controller did not say that it is done: it is {} (was the card reset?)",
                  state.ProgressWords());
  }
}

Task<void> SecureUpdate::Abort() {
  UpdateState state = co_await ReadSettledState();
  if (state.progress == UpdateProgress::kPrepare) {
    state = co_await Await(
        kPrepares,
        [](const UpdateState& now) {
          return now.Failed() || now.progress != UpdateProgress::kPrepare;
        },
        nullptr);
  }
  if (state.progress == UpdateProgress::kReady) {
    co_await SetHostStatus(doorbell::kHostAbort);
    state = co_await Await(
        kCancels, [](const UpdateState& now) { return now.Failed() || now.AtRest(); }, nullptr);
  }
  if (state.AtRest() && state.requested) {
    // It was not taken, and would be when nobody expects it any more.
    co_await controller_.UpdateSystem(controller_.family().registers.doorbell, doorbell::kRequest,
                                      0);
  }
  if (state.AtRest() || state.Failed()) co_return;
  co_await Fail(ErrorCode::kBusy,
                "the controller is {}, and cannot be stopped: look again when it has ended",
                state.ProgressWords());
}

}  // namespace reflash::fpga
