// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/simulated_scheduler.h"
#include "base/temporary_directory.h"
#include "emu/card/card_image.h"
#include "emu/card/emulated_card.h"
#include "emu/card/emulated_card_registers.h"
#include "emu/card/emulated_pci_slot.h"
#include "flash/engine.h"
#include "fpga/fpga_device.h"

namespace reflash {

/// One emulated card, a driver and an engine, in simulated time: the world of a test.
class CardBench {
 public:
  static constexpr Version kFactory{1, 0, 0};
  static constexpr Version kOld{1, 2, 0};
  static constexpr Version kNew{1, 3, 0};

  explicit CardBench(emu::CardFamily family) : CardBench(emu::CardSettings{.family = family}) {}
  explicit CardBench(emu::CardSettings settings)
      : card_(Complete(std::move(settings)), scheduler_) {
    const Result<void> registered = engine_.Register(
        "card0",
        std::make_unique<fpga::FpgaDevice>(
            scheduler_, std::make_unique<emu::EmulatedCardRegisters>(scheduler_, card_),
            std::make_unique<emu::EmulatedPciSlot>(card_), std::vector<NetworkInterface>{}));
    EXPECT_TRUE(registered);
  }

  /// A file that the card takes.
  static ImageToLoad MakeImage(std::size_t size = 100'001,
                               emu::CardImageSort sort = emu::CardImageSort::kStaticRegion,
                               Version version = kNew, const emu::CardSigner& signer = {}) {
    return FromFile(emu::MakeCardImage(version, sort, size, 1, signer).value());
  }
  static ImageToLoad FromFile(const Bytes& file) {
    return {.image = Image::FromBytes(file, "fw.bin").value(), .manifest = std::nullopt};
  }
  static JobOptions Expecting(Version version) { return {.expect_version = version}; }

  void AddFault(std::string_view when, std::string_view effect) {
    card_.AddFault(emu::CardFault::Parse(when, 1, effect).value());
  }
  /// Has something happen in the middle of what runs then.
  void After(Duration delay, std::function<void()> happen) {
    scheduler_.AddTimer(scheduler_.Now() + delay, std::move(happen));
  }
  void Wait(Duration delay) { ASSERT_TRUE(scheduler_.Run(scheduler_.Sleep(delay))); }

  Result<std::shared_ptr<Job>> Admit(const ImageToLoad& image = MakeImage(),
                                     JobOptions options = {}) {
    return scheduler_.Run(engine_.Admit("card0", image, std::move(options)));
  }
  JobSnapshot Execute(const std::shared_ptr<Job>& job) {
    EXPECT_TRUE(scheduler_.Run(engine_.Execute(job)));
    return job->snapshot();
  }
  /// Admits and executes an update; a refusal is an Error.
  Result<JobSnapshot> Flash(const ImageToLoad& image = MakeImage(), JobOptions options = {}) {
    return Execute(REFLASH_TRY(Admit(image, std::move(options))));
  }
  Result<DeviceInfo> Perform(Step step, JobOptions options = {}) {
    return scheduler_.Run(engine_.Perform("card0", step, std::move(options)));
  }
  Result<DeviceInfo> Inspect() { return scheduler_.Run(InspectTask(engine_)); }
  /// What `info` shows under that name; a dash where it shows no such thing.
  std::string Detail(std::string_view name) {
    const Result<DeviceInfo> info = Inspect();
    if (!info) return info.error().Message();
    const auto found = std::ranges::find(info->details, name, &reflash::Detail::name);
    return found == info->details.end() ? "-" : found->value;
  }

  /// What the card holds and does, seen from inside.
  [[nodiscard]] Version Running() { return card_.Banks().fpga_version(); }
  [[nodiscard]] emu::CardPage NewPage() const {
    const bool one_page = card_.settings().family == emu::CardFamily::kN3000;
    return one_page ? emu::CardPage::kUser1 : emu::CardPage::kUser2;
  }

  void ExpectUpdates() {
    JobOptions options = Expecting(kNew);
    options.force = true;
    const Result<JobSnapshot> job = Flash(MakeImage(), std::move(options));
    ASSERT_TRUE(job) << job.error().Message();
    EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
    EXPECT_EQ(Running(), kNew);
  }
  void ExpectNoRuleBroken() { EXPECT_THAT(card_.violations(), testing::IsEmpty()); }

  [[nodiscard]] SimulatedScheduler& scheduler() { return scheduler_; }
  [[nodiscard]] emu::EmulatedCard& card() { return card_; }
  [[nodiscard]] Engine& engine() { return engine_; }

 private:
  static emu::CardSettings Complete(emu::CardSettings settings) {
    settings.name = "card0";
    return settings;
  }
  static Task<DeviceInfo> InspectTask(Engine& engine) {
    Inspection inspection = co_await engine.Inspect("card0");
    co_return *std::move(inspection.info);
  }
  static Ledger OpenLedger(const TemporaryDirectory& directory) {
    return Ledger::Open({directory / "run", directory / "state"}).value();
  }

  SimulatedScheduler scheduler_;
  TemporaryDirectory directory_;
  Ledger ledger_ = OpenLedger(directory_);
  emu::EmulatedCard card_;
  Engine engine_{scheduler_, ledger_, [](const std::string&, const std::string&) {}};
};

/// A test of both families.
class CardOf : public testing::TestWithParam<emu::CardFamily> {
 public:
  static std::string NameOf(const testing::TestParamInfo<emu::CardFamily>& info) {
    return info.param == emu::CardFamily::kN3000 ? "N3000" : "N6000";
  }
};
inline auto BothFamilies() {
  return testing::Values(emu::CardFamily::kN3000, emu::CardFamily::kN6000);
}

}  // namespace reflash
