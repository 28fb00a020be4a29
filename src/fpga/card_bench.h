// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "async/simulated_scheduler.h"
#include "base/temporary_directory.h"
#include "flash/engine.h"
#include "fpga/fake_card.h"
#include "fpga/fpga_device.h"
#include "fpga/pacsign_maker.h"

namespace reflash::fpga {

/// A fake card, a driver and an engine, in simulated time. For tests.
class CardBench {
 public:
  static constexpr std::uint16_t kN3000 = 0x0E;
  static constexpr std::uint16_t kN6000 = 0x12;

  explicit CardBench(std::uint16_t family) : card(scheduler, *FindFamily(family)) {
    EXPECT_TRUE(engine.Register(
        "card0", std::make_unique<FpgaDevice>(scheduler, std::make_unique<FakeCardRegisters>(card),
                                              std::make_unique<FakeSlot>(slot),
                                              std::vector<NetworkInterface>{})));
  }

  static ImageToLoad MakeImage(ContentSort sort = ContentSort::kStaticRegion,
                               ContentPurpose purpose = ContentPurpose::kUpdate,
                               std::size_t size = 100'001) {
    const Bytes file = MakePacsignFile(sort, purpose, CountingPayload(size));
    return {.image = Image::FromBytes(file, "fw.bin").value(), .manifest = std::nullopt};
  }

  Result<std::shared_ptr<Job>> Admit(const ImageToLoad& image, JobOptions options = {}) {
    return scheduler.Run(engine.Admit("card0", image, std::move(options)));
  }

  /// An update to its end; a refusal is an Error.
  Result<JobSnapshot> Flash(const ImageToLoad& image = MakeImage(), JobOptions options = {}) {
    const std::shared_ptr<Job> job = REFLASH_TRY(Admit(image, std::move(options)));
    REFLASH_TRY_VOID(scheduler.Run(engine.Execute(job)));
    return job->snapshot();
  }

  Result<DeviceInfo> Perform(Step step, JobOptions options = {}) {
    return scheduler.Run(engine.Perform("card0", step, std::move(options)));
  }

  Result<DeviceInfo> Inspect() { return scheduler.Run(InspectTask(engine)); }

  SimulatedScheduler scheduler;
  FakeCard card;
  FakeSlot::Calls slot;
  std::vector<std::string> notices;

 private:
  static Task<DeviceInfo> InspectTask(Engine& engine) {
    Inspection inspection = co_await engine.Inspect("card0");
    co_return *std::move(inspection.info);
  }
  static Ledger OpenLedger(const TemporaryDirectory& directory) {
    return Ledger::Open({.runtime = directory / "run", .state = directory / "state"}).value();
  }

  TemporaryDirectory directory_;
  Ledger ledger_ = OpenLedger(directory_);

 public:
  Engine engine{scheduler, ledger_, [this](const std::string&, const std::string& sentence) {
                  notices.push_back(sentence);
                }};
};

}  // namespace reflash::fpga
