// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "async/simulated_scheduler.h"
#include "base/temporary_directory.h"
#include "bus/pci_slot.h"
#include "capi/adapter_device.h"
#include "emu/adapter/adapter_image.h"
#include "emu/adapter/emulated_adapter.h"
#include "flash/engine.h"
#include "watched_facility.h"

namespace reflash {

/// The place of an emulated adapter: a release takes the units away from whoever has them open, or
/// does not. For tests.
class UnitsOfAdapter : public PciSlot {
 public:
  UnitsOfAdapter(emu::EmulatedAdapter& adapter, const bool& lets_go)
      : adapter_(adapter), lets_go_(lets_go) {}

  Task<void> Release() override {
    if (lets_go_) adapter_.SetAfusOpen(0);
    co_return;
  }
  Task<void> Rescan() override { co_return; }

 private:
  emu::EmulatedAdapter& adapter_;
  const bool& lets_go_;
};

/// Emulated adapters "capi0", "capi1" and so on, the driver and an engine, in simulated time: the
/// world of a test.
class AdapterBench {
 public:
  static constexpr Version kOld{1, 2, 0};
  static constexpr Version kNew{1, 3, 0};
  static constexpr Version kFactory{1, 0, 0};
  static constexpr std::size_t kChunkBytes = 256UL * 4096;
  static constexpr std::size_t kHeaderBytes = 128;
  static constexpr std::size_t kThreeChunks = 2 * kChunkBytes + 5000;

  struct Bay {
    Bay(emu::AdapterSettings settings, Scheduler& scheduler)
        : adapter(std::move(settings), scheduler) {}
    emu::EmulatedAdapter adapter;
    FacilityWatch watch;
    bool lets_go_of_units = true;
  };

  explicit AdapterBench(emu::AdapterSettings settings = {}) { Add(std::move(settings)); }

  Bay& Add(emu::AdapterSettings settings) {
    settings.name = "capi" + std::to_string(bays.size());
    Bay& bay = bays.emplace_back(std::move(settings), scheduler);
    EXPECT_TRUE(engine.Register(
        bay.adapter.settings().name,
        std::make_unique<capi::AdapterDevice>(
            scheduler, std::make_unique<WatchedFacility>(scheduler, bay.adapter, bay.watch),
            std::make_unique<UnitsOfAdapter>(bay.adapter, bay.lets_go_of_units))));
    return bay;
  }

  /// An adapter that takes no time but for its boot, so that each call hands over a chunk.
  static emu::AdapterSettings Quick() {
    return {.erase = Duration::zero(),
            .program_per_mebibyte = Duration::zero(),
            .validate_per_mebibyte = Duration::zero()};
  }
  static emu::AdapterSettings WithFault(emu::AdapterSettings settings, std::string_view when,
                                        std::uint32_t nth, std::string_view effect) {
    settings.faults.push_back(emu::AdapterFault::Parse(when, nth, effect).value());
    return settings;
  }

  static Bytes MakeBytes(std::size_t size = kThreeChunks, Version version = kNew,
                         const emu::AdapterSettings& settings = {}, std::uint64_t seed = 1) {
    return emu::MakeAdapterImage(version, settings, size, seed).value();
  }
  static Image MakeImage(std::size_t size = kThreeChunks) { return FromBytes(MakeBytes(size)); }
  static Image FromBytes(const Bytes& bytes) { return Image::FromBytes(bytes, "fw.bin").value(); }

  Result<std::shared_ptr<Job>> Admit(const Image& image, JobOptions options = {},
                                     const std::string& name = "capi0") {
    return scheduler.Run(engine.Admit(name, {image, std::nullopt}, std::move(options)));
  }
  /// An update to its end; a refusal is an Error.
  Result<JobSnapshot> Flash(const Image& image = MakeImage(), JobOptions options = {}) {
    const std::shared_ptr<Job> job = REFLASH_TRY(Admit(image, std::move(options)));
    REFLASH_TRY_VOID(scheduler.Run(engine.Execute(job)));
    return job->snapshot();
  }

  /// That the adapter starts when it has power again, and can be updated from a first token of zero
  /// on, whatever happened to it before.
  void ExpectThatTheNextUpdateSucceeds() {
    adapter().PowerCycle();
    EXPECT_TRUE(adapter().banks().user_runs() || adapter().banks().factory_runs());
    watch().calls.clear();
    watch().delays.clear();
    const Image image = MakeImage(kChunkBytes + 77);
    const auto next = Flash(image, {.force = true});
    ASSERT_TRUE(next) << next.error().Message();
    EXPECT_EQ(next->outcome, JobOutcome::kUpdated) << (next->failure ? next->failure->message : "");
    EXPECT_EQ(watch().First(FacilityOperation::kDownload).token, 0U);
    EXPECT_EQ(watch().First(FacilityOperation::kValidate).token, 0U);
    EXPECT_TRUE(Holds(image));
    EXPECT_TRUE(adapter().banks().user_runs());
  }
  /// That nobody broke a rule of the platform.
  void ExpectThatNoRuleWasBroken() {
    for (const Bay& bay : bays) {
      EXPECT_THAT(bay.adapter.violations(), testing::IsEmpty()) << bay.adapter.settings().name;
      EXPECT_EQ(bay.watch.early_calls, 0U) << bay.adapter.settings().name;
    }
  }

  [[nodiscard]] emu::EmulatedAdapter& adapter() { return bays.front().adapter; }
  [[nodiscard]] FacilityWatch& watch() { return bays.front().watch; }
  [[nodiscard]] bool Holds(const Image& image) {
    return std::ranges::equal(adapter().banks().user().image(), image.bytes());
  }
  [[nodiscard]] bool HasJournalEntry() { return ledger.Find("emulated/capi0").value().has_value(); }

  TemporaryDirectory directory;
  SimulatedScheduler scheduler;
  std::deque<Bay> bays;
  Ledger ledger =
      Ledger::Open({.runtime = directory / "run", .state = directory / "state"}).value();
  Engine engine{scheduler, ledger, [](const std::string&, const std::string&) {}};
};

}  // namespace reflash
