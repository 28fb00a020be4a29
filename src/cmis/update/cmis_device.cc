// SPDX-License-Identifier: Apache-2.0
#include "cmis/update/cmis_device.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cmis/cdb/commands.h"
#include "cmis/module/memory_map.h"
#include "cmis/update/module_info.h"

namespace reflash::cmis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Time for the status of the run command to be read before the module is gone.
constexpr milliseconds kDelayToReset{200};
/// Without a sign of a restart, the banks are asked once in a while.
constexpr Duration kQuietRestart = seconds(1);
constexpr Duration kShortestLook = milliseconds(1);
constexpr Duration kLongestLook = milliseconds(50);
constexpr int kLookShare = 64;

/// Expectations for progress, before anything was seen of this module.
struct EstimateRow {
  Step step;
  Duration fixed;
  Duration per_kibibyte;
};
constexpr std::array kEstimates{
    EstimateRow{Step::kPrepare, seconds(3), {}}, EstimateRow{Step::kWrite, {}, milliseconds(30)},
    EstimateRow{Step::kFinish, seconds(2), {}},  EstimateRow{Step::kReadBack, {}, milliseconds(30)},
    EstimateRow{Step::kRun, seconds(5), {}},     EstimateRow{Step::kCommit, milliseconds(500), {}},
};

std::string RunningName(const FirmwareInfo& firmware) {
  return firmware.b.running && !firmware.a.running ? "B" : "A";
}

}  // namespace

CmisDevice::CmisDevice(Scheduler& scheduler, std::unique_ptr<ModuleEeprom> eeprom,
                       std::vector<NetworkInterface> interfaces)
    : scheduler_(scheduler),
      memory_(scheduler, std::move(eeprom)),
      interfaces_(std::move(interfaces)) {}

Duration CmisDevice::Estimate(Step step, std::uint64_t image_bytes) const {
  const auto* const row = std::ranges::find(kEstimates, step, &EstimateRow::step);
  if (row == kEstimates.end()) return Duration::zero();
  return row->fixed + row->per_kibibyte * (image_bytes / 1024 + 1);
}

Task<void> CmisDevice::Connect() {
  co_await memory_.CheckUnclaimed();
  download_.reset();
  session_.reset();
  session_ = co_await Session::Open(scheduler_, memory_);
  if (password_) session_->channel().set_password(*password_);
}

Task<void> CmisDevice::ConnectFor(const Job& job) {
  password_ = job.options().password;
  co_await Connect();
}

Task<void> CmisDevice::ContinueFor(const Job& job) {
  if (!session_) co_return co_await ConnectFor(job);
  password_ = job.options().password;
  if (password_) session_->channel().set_password(*password_);
}

Task<ModuleState> CmisDevice::ReadState() {
  const Bytes state = co_await memory_.Read(kModuleState, 1);
  co_return ModuleStateOf(state[0]);
}

Task<DeviceInfo> CmisDevice::DoInspect(std::stop_token /*stop*/) {
  // During an update the module is known; before, it may have been exchanged.
  if (!download_) co_await Connect();
  const ModuleState state = co_await ReadState();
  co_return ModuleInfo(*session_, state, co_await session_->ReadFirmwareInfo());
}

Task<std::optional<std::string>> CmisDevice::DoInUse() {
  co_await memory_.CheckUnclaimed();
  co_return FindTraffic(interfaces_);
}

Task<void> CmisDevice::DoPrepare(Job& job) {
  co_await ConnectFor(job);
  settings_ = co_await HostSettings::Read(memory_);
  download_.emplace(scheduler_, memory_, *session_, session_->quirks());
  const ByteView image = job.image().bytes();
  const Result<void> started = co_await Outcome(download_->Start(image));
  if (started) co_return;
  if (started.error().code() != ErrorCode::kBusy) co_await Fail(started.error());
  // Somebody left a download open: end it, and begin once more.
  co_await Download::Abort(*session_);
  co_await download_->Start(image);
}

Task<std::uint64_t> CmisDevice::DoWrite(Job& job, std::uint64_t offset) {
  return download_->WriteBlock(job.image().bytes(), offset);
}

Task<void> CmisDevice::DoFinish(Job& /*job*/) { return download_->Complete(); }

Task<void> CmisDevice::DoCleanup(Job& /*job*/, const Result<void>& /*outcome*/) {
  const bool open = download_ && download_->open();
  download_.reset();
  if (open) co_await Download::Abort(*session_);
  if (settings_) co_await std::exchange(settings_, std::nullopt)->Restore(memory_);
}

Task<void> CmisDevice::DoReadBack(Job& job) {
  std::optional<Download> by_itself;
  if (!download_) {
    co_await ConnectFor(job);
    by_itself.emplace(scheduler_, memory_, *session_, session_->quirks());
  }
  Download& download = download_ ? *download_ : *by_itself;
  const ByteView image = job.image().bytes();
  std::uint64_t offset = 0;
  while (offset < image.size()) {
    if (job.stop_token().stop_requested()) co_await Fail(ErrorCode::kCanceled, "canceled");
    offset += co_await download.CompareBlock(image, offset);
    job.Report(Phase::kProgramming, offset, image.size(), std::string(StepWords(Step::kReadBack)));
  }
}

Task<void> CmisDevice::DoRun(Job& job) { return RunOtherBank(job, job.options().hitless); }

Task<void> CmisDevice::RunOtherBank(Job& job, bool hitless) {
  co_await ContinueFor(job);
  const FirmwareInfo firmware = co_await session_->ReadFirmwareInfo();
  const std::string before = RunningName(firmware);
  RunMode mode = hitless ? RunMode::kHitlessToInactive : RunMode::kResetToInactive;
  if (firmware.SingleBank()) {
    mode = RunMode::kResetRunning;
  } else if (const FirmwareBank& other = before == "A" ? firmware.b : firmware.a; !other.valid) {
    co_await Fail(ErrorCode::kNotSupported, "bank {} is empty: there is no image to start",
                  before == "A" ? "B" : "A");
  }
  const bool restarted = co_await Run(mode);
  if (!restarted) co_await scheduler_.Sleep(kDelayToReset);
  co_await AwaitRestart(job, before, hitless, restarted);
}

Task<bool> CmisDevice::Run(RunMode mode) {
  const Command command = RunImageCommand(mode, kDelayToReset);
  const Result<CommandReply> reply =
      co_await Outcome(session_->channel().Execute(command, kQueryDeadline));
  // Without a reply to read, what the channel finds amiss is a restart.
  if (!reply && reply.error().code() == ErrorCode::kHwError) co_return true;
  co_await Succeeded(command, co_await reply);
  co_return false;
}

Task<bool> CmisDevice::OtherBankRuns(std::string_view before) {
  co_await Connect();
  const FirmwareInfo firmware = co_await session_->ReadFirmwareInfo();
  co_return RunningName(firmware) != before;
}

Task<void> CmisDevice::AwaitRestart(Job& job, std::string before, bool hitless, bool restarted) {
  job.Report(Phase::kProgramming, 0, 0, "waiting for the module to come up");
  const TimePoint begin = scheduler_.Now();
  while (true) {
    const EepromReply look = co_await memory_.TryRead(kModuleState, 1);
    const Duration elapsed = scheduler_.Now() - begin;
    const bool booted = look.acknowledged && HasBooted(ModuleStateOf(look.read[0]));
    restarted = restarted || !booted;
    if (booted && (restarted || hitless || elapsed > kQuietRestart)) {
      const Result<bool> other = co_await Outcome(OtherBankRuns(before));
      if (other && (*other || restarted)) co_return;
      if (other && elapsed > kRestartBegins) {
        co_await Fail(ErrorCode::kHwError, "the module accepted the command but did not restart");
      }
    }
    if (elapsed > kBootDeadline) {
      co_await Fail(ErrorCode::kTimeout, "the module did not come up within {} s",
                    std::chrono::ceil<seconds>(kBootDeadline).count());
    }
    co_await scheduler_.Sleep(std::clamp(elapsed / kLookShare, kShortestLook, kLongestLook));
  }
}

Task<void> CmisDevice::DoCommit(Job& job) {
  co_await ContinueFor(job);
  if (const Duration pause = session_->quirks().pause_before_commit; pause > Duration::zero()) {
    co_await scheduler_.Sleep(pause);
  }
  const TimePoint give_up = scheduler_.Now() + session_->deadlines().commit;
  Duration pause = kLongestLook;
  while (true) {
    const CommandReply reply =
        co_await session_->channel().Execute(CommitImageCommand(), session_->deadlines().commit);
    if (!reply.status.failed()) co_return;
    // Some modules allow it only once they are fully up.
    const bool too_early = reply.status == status::kWrongState || reply.status == status::kFailed;
    if (!too_early || scheduler_.Now() >= give_up) {
      co_await Fail(reply.status.error_code(), "the module does not commit: {}",
                    reply.status.Words());
    }
    co_await scheduler_.Sleep(pause);
    pause *= 2;
  }
}

Task<void> CmisDevice::SoftwareReset() {
  const Bytes controls = co_await memory_.Read(kModuleControls, 1);
  const Bytes reset{controls[0] | std::byte{kSoftwareReset}};
  co_await memory_.Write(kModuleControls, reset, reset.size());
}

Task<void> CmisDevice::DoRollback(Job& job) {
  const Result<void> asked = co_await Outcome(RunOtherBank(job, false));
  if (asked || asked.error().code() != ErrorCode::kTimeout) co_return co_await asked;
  // An image that does not come up may still obey a reset, which boots the committed one.
  co_await SoftwareReset();
  co_await AwaitRestart(job, "", false, false);
}

Task<void> CmisDevice::DoAbort(Job& job) {
  co_await ConnectFor(job);
  co_await Download::Abort(*session_);
}

}  // namespace reflash::cmis
