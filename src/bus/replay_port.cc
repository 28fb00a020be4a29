// SPDX-License-Identifier: Apache-2.0
#include "bus/replay_port.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace reflash {
namespace {

/// What an answer takes that the recording does not have: about a read of one byte at 400 kHz.
/// Without it, a driver that polls without a pause would poll for ever.
constexpr Duration kRepeatTime = std::chrono::microseconds(100);

/// The byte in which two transfers of the same form differ, for people; else nothing.
std::string WhereTheyDiffer(const RecordedTransfer& recorded, std::span<const I2cMessage> sent) {
  if (recorded.messages.size() != sent.size()) return "";
  for (std::size_t index = 0; index < sent.size(); ++index) {
    const ByteView one = recorded.messages[index].write;
    const ByteView other = sent[index].write;
    if (one.size() != other.size()) return "";
    const auto [expected, found] = std::ranges::mismatch(one, other);
    if (expected == one.end()) continue;
    return fmt::format(" (byte {}: {:02x}, not {:02x})", expected - one.begin(),
                       std::to_integer<unsigned>(*expected), std::to_integer<unsigned>(*found));
  }
  return "";
}

/// The name of the file, whatever the working directory is.
std::string Absolute(const std::filesystem::path& path) {
  std::error_code problem;
  const std::filesystem::path absolute = std::filesystem::weakly_canonical(path, problem);
  return problem ? path.string() : absolute.string();
}

}  // namespace

Result<std::unique_ptr<ReplayPort>> ReplayPort::Open(Scheduler& scheduler,
                                                     const std::filesystem::path& path,
                                                     const BusOptions& options) {
  RecordingReader reader = REFLASH_TRY(RecordingReader::Open(path));
  const I2cLimits limits = REFLASH_TRY(options.Limit(reader.header().limits));
  return std::unique_ptr<ReplayPort>(
      new ReplayPort(scheduler, std::move(reader), limits, "replay:" + Absolute(path)));
}

ReplayPort::ReplayPort(Scheduler& scheduler, RecordingReader reader, I2cLimits limits,
                       std::string hardware_address)
    : scheduler_(scheduler),
      reader_(std::move(reader)),
      limits_(limits),
      hardware_address_(std::move(hardware_address)),
      start_(scheduler.Now()) {}

Task<I2cReply> ReplayPort::DoTransfer(std::span<const I2cMessage> messages) {
  if (!difference_) {
    const Result<void> found = FindAnswer(messages);
    if (!found) difference_ = found.error();
  }
  if (difference_) co_await Fail(*difference_);
  co_await scheduler_.SleepUntil(Due());
  co_return last_->reply;
}

Result<void> ReplayPort::FindAnswer(std::span<const I2cMessage> messages) {
  REFLASH_TRY_VOID(LookAhead());
  repeated_ = false;
  if (next_ && next_->Matches(messages)) {
    TakeNext();
    return {};
  }
  if (LastMayRepeat() && last_->Matches(messages)) {
    repeated_ = true;
    return {};
  }
  REFLASH_TRY_VOID(SkipRestOfRun());
  if (!next_ || !next_->Matches(messages)) return Fail(Difference(messages));
  TakeNext();
  return {};
}

Result<void> ReplayPort::LookAhead() {
  if (next_ || at_end_) return {};
  next_ = REFLASH_TRY(reader_.Next());
  at_end_ = !next_;
  return {};
}

void ReplayPort::TakeNext() {
  in_run_ = last_ && last_->AsksTheSame(*next_);
  last_ = std::exchange(next_, std::nullopt);
}

Result<void> ReplayPort::SkipRestOfRun() {
  while (next_ && last_ && next_->IsPoll() && last_->AsksTheSame(*next_)) {
    TakeNext();
    REFLASH_TRY_VOID(LookAhead());
  }
  return {};
}

bool ReplayPort::LastMayRepeat() const { return in_run_ && last_->IsPoll(); }

TimePoint ReplayPort::Due() {
  const TimePoint now = scheduler_.Now();
  if (repeated_) return now + kRepeatTime;
  start_ = std::max(start_, now - last_->at);
  return start_ + last_->at;
}

Error ReplayPort::Difference(std::span<const I2cMessage> messages) const {
  const std::string sent = TransferText(messages);
  if (!next_) {
    return {ErrorCode::kHwError,
            fmt::format("{}: the recording has ended, the driver sent {}", reader_.Place(), sent)};
  }
  return {ErrorCode::kHwError, fmt::format("{}: the recording has {}, the driver sent {}{}",
                                           reader_.Place(), TransferText(ViewsOf(next_->messages)),
                                           sent, WhereTheyDiffer(*next_, messages))};
}

Result<void> ReplayPort::Finish() {
  if (difference_) return Fail(*difference_);
  REFLASH_TRY_VOID(LookAhead());
  REFLASH_TRY_VOID(SkipRestOfRun());
  if (!next_) return {};
  return Fail(ErrorCode::kHwError, "{}: the recording goes on with {}, the driver is done",
              reader_.Place(), TransferText(ViewsOf(next_->messages)));
}

}  // namespace reflash
