// SPDX-License-Identifier: Apache-2.0
#include "fpga/fpga_device.h"

#include <algorithm>
#include <utility>

#include "fpga/card_info.h"
#include "fpga/card_pages.h"
#include "fpga/load_rules.h"
#include "fpga/pacsign_file.h"

namespace reflash::fpga {
namespace {

using std::chrono::seconds;

/// Before that, no card is looked for: while it is loaded it must be left alone.
constexpr Duration kReturnLook = std::chrono::milliseconds(250);
constexpr Duration kLongestReload = seconds(120);  // (ours)

}  // namespace

FpgaDevice::FpgaDevice(Scheduler& scheduler, std::unique_ptr<CardRegisters> registers,
                       std::unique_ptr<PciSlot> slot, std::vector<NetworkInterface> interfaces)
    : scheduler_(scheduler),
      registers_(std::move(registers)),
      slot_(std::move(slot)),
      interfaces_(std::move(interfaces)) {}

Duration FpgaDevice::Estimate(Step step, std::uint64_t image_bytes) const {
  if (family_ == nullptr) return Duration::zero();
  return pace_.Estimate(family_->pace, step, image_bytes);
}

void FpgaDevice::Saw(const Job& job, Step step, TimePoint begin) {
  pace_.Saw(family_->pace, step, job.image().size(), scheduler_.Now() - begin);
}

void FpgaDevice::Forget() {
  update_.reset();
  controller_.reset();
}

Task<void> FpgaDevice::Connect() {
  Forget();
  co_await registers_->CheckUnclaimed();
  controller_ = co_await BoardController::Connect(scheduler_, *registers_);
  family_ = &controller_->family();
  update_.emplace(scheduler_, *controller_);
}

Task<DeviceInfo> FpgaDevice::DoInspect(std::stop_token /*stop*/) {
  // It may have been exchanged, or have restarted, since it was looked at.
  co_await Connect();
  const UpdateState state = co_await update_->ReadSettledState();
  DeviceInfo info = co_await ReadCardInfo(*registers_, *controller_, state);
  if (staged_) {
    info.details.push_back(
        {"staged image", staged_->bank.empty()
                             ? staged_->image_name
                             : fmt::format("{} in {}", staged_->image_name, staged_->bank)});
  }
  co_return info;
}

Task<std::optional<std::string>> FpgaDevice::DoInUse() {
  co_await registers_->CheckUnclaimed();
  co_return FindTraffic(interfaces_);
}

Result<LoadPlan> FpgaDevice::DoPlanLoad(const Image& image, const JobOptions& options,
                                        const DeviceInfo& before) const {
  const PacsignFile file = REFLASH_TRY(PacsignFile::Parse(image.bytes()));
  return PlanLoadOf(file, options, before);
}

Task<void> FpgaDevice::DoPrepare(Job& job) {
  opened_ = false;
  co_await Connect();
  const std::uint64_t most = family_->flash.staging_bytes;
  if (job.image().size() > most) {
    co_await Fail(ErrorCode::kInvalidSize, "the image has {} bytes; the staging area takes {}",
                  job.image().size(), most);
  }
  const TimePoint begin = scheduler_.Now();
  const Result<void> started = co_await Outcome(update_->Start());
  opened_ = started || started.error().code() != ErrorCode::kBusy;
  co_await started;
  // Nobody can tell how far it is, and it cannot be stopped; a cancel is honoured behind it.
  co_await update_->AwaitReady([&job](const UpdateState& state) {
    job.Report(Phase::kPreparing, 0, 0, state.ProgressWords());
  });
  Saw(job, Step::kPrepare, begin);
}

Task<std::uint64_t> FpgaDevice::DoWrite(Job& job, std::uint64_t offset) {
  if (offset == 0) write_begin_ = scheduler_.Now();
  const ByteView left = job.image().bytes().subspan(offset);
  const ByteView block = left.first(std::min(SecureUpdate::kBlockBytes, left.size()));
  const Result<void> written = co_await Outcome(update_->WriteBlock(offset, block));
  if (!written) {
    co_return Fail(Error(written.error().code(), fmt::format("block {:#x} was not taken", offset))
                       .Because(written.error()));
  }
  co_return block.size();
}

Task<void> FpgaDevice::DoFinish(Job& job) {
  Saw(job, Step::kWrite, write_begin_);
  co_await update_->CheckReady();
  if (job.stop_token().stop_requested()) co_await Fail(ErrorCode::kCanceled, "canceled");
  job.PassPointOfNoReturn("the controller authenticates and programs the image");
  const TimePoint begin = scheduler_.Now();
  co_await update_->Complete([&job](const UpdateState& state) {
    job.Report(Phase::kProgramming, 0, 0, state.ProgressWords());
  });
  Saw(job, Step::kFinish, begin);
  staged_ = Staged{.image_name = job.image().name(), .bank = job.bank()};
}

Task<void> FpgaDevice::DoCleanup(Job& job, const Result<void>& /*outcome*/) {
  if (opened_) co_await DoAbort(job);
}

Task<void> FpgaDevice::DoAbort(Job& /*job*/) {
  co_await Connect();
  co_await update_->Abort();
}

const Page& FpgaDevice::OtherPage(const Page* running, const Page* power_on) const {
  if (const Page* const left = family_->FindPage(left_page_); left != nullptr && left != running) {
    return *left;
  }
  if (running != nullptr && power_on != nullptr && power_on != running) return *power_on;
  return *std::ranges::find_if(family_->pages,
                               [running](const Page& page) { return &page != running; });
}

const Page& FpgaDevice::DefaultPage(const Page* running) const {
  const Page* const staged = staged_ ? family_->FindPage(staged_->bank) : nullptr;
  if (staged != nullptr) return *staged;
  const auto other = std::ranges::find_if(
      family_->pages, [running](const Page& page) { return !page.factory && &page != running; });
  return other != family_->pages.end() ? *other : family_->pages.front();
}

Task<void> FpgaDevice::DoRun(Job& job) {
  co_await Connect();
  const Page* page = &DefaultPage(co_await ReadRunningPage(*controller_));
  if (!job.bank().empty()) page = family_->FindPage(job.bank());
  if (page == nullptr) {
    co_await Fail(ErrorCode::kInvalidArgument, "a {} has no page '{}'", family_->name, job.bank());
  }
  co_await Start(job, *page);
}

Task<void> FpgaDevice::DoRollback(Job& job) {
  co_await Connect();
  const Page* const running = co_await ReadRunningPage(*controller_);
  const Page* const power_on = co_await ReadPowerOnPage(*controller_);
  co_await Start(job, OtherPage(running, power_on));
}

Task<void> FpgaDevice::Start(Job& job, const Page& page) {
  const UpdateState state = co_await update_->ReadSettledState();
  if (!state.AtRest() && !state.Failed()) {
    co_await Fail(ErrorCode::kBusy, "the FPGA cannot be loaded now: the controller is {}",
                  state.ProgressWords());
  }
  const Page* const running = co_await ReadRunningPage(*controller_);
  const TimePoint begin = scheduler_.Now();
  job.Report(Phase::kProgramming, 0, 0, fmt::format("loading the FPGA from {}", page.name));
  co_await slot_->Release();
  const Result<void> begun = co_await Outcome(ReloadFpga(*controller_, page));
  Forget();
  if (!begun) {
    const Result<void> found = co_await Outcome(slot_->Rescan());
    Error failure = begun.error();
    if (!found) failure = Error(failure.code(), failure.Message()).Because(found.error());
    co_await Fail(std::move(failure));
  }
  left_page_ = running == nullptr ? "" : std::string(running->name);
  co_await AwaitReturn();
  const Page* const now = co_await ReadRunningPage(*controller_);
  if (now != &page) {
    co_await Fail(
        ErrorCode::kHwError,
        "the card was told to load {} and came up with {}: that page holds no valid image",
        page.name, now == nullptr ? "no image" : now->name);
  }
  if (staged_ && staged_->bank == page.name) staged_.reset();
  pace_.Saw(family_->pace, Step::kRun, 0, scheduler_.Now() - begin);
}

Task<void> FpgaDevice::AwaitReturn() {
  const TimePoint begin = scheduler_.Now();
  co_await scheduler_.Sleep(slot_->quiet_time());
  while (true) {
    const Result<void> returned = co_await Outcome(CheckReturned());
    if (returned) co_return;
    if (scheduler_.Now() - begin >= kLongestReload) {
      co_await Fail(Error(ErrorCode::kTimeout, fmt::format("the card did not come back within {} s",
                                                           ToSeconds(kLongestReload)))
                        .Because(returned.error()));
    }
    co_await scheduler_.Sleep(kReturnLook);
  }
}

Task<void> FpgaDevice::CheckReturned() {
  co_await slot_->Rescan();
  co_await Connect();
  const Page* const running = co_await ReadRunningPage(*controller_);
  if (running == nullptr) co_await Fail(ErrorCode::kNotFound, "the FPGA is not configured");
}

Task<void> FpgaDevice::DoCommit(Job& /*job*/) {
  co_await Connect();
  const Page* const running = co_await ReadRunningPage(*controller_);
  if (running == nullptr) {
    co_await Fail(ErrorCode::kHwError, "the FPGA runs no page that could be loaded at power-on");
  }
  co_await SetPowerOnPage(scheduler_, *controller_, *running);
}

}  // namespace reflash::fpga
