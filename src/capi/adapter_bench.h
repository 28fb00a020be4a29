// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "async/simulated_scheduler.h"
#include "base/temporary_directory.h"
#include "capi/adapter_device.h"
#include "capi/adapter_file_maker.h"
#include "capi/fake_platform.h"
#include "flash/engine.h"

namespace reflash::capi {

/// A fake platform, a driver and an engine that knows the adapter as "capi0", in simulated time.
/// For tests.
class AdapterBench {
 public:
  static constexpr Version kNew{1, 3, 0};
  static constexpr std::size_t kTwoAndAHalf = 2'500'000;  ///< bytes: three chunks

  AdapterBench() { Add("capi0", platform); }

  void Add(const std::string& name, FakePlatform& added, Result<void> release = {}) {
    EXPECT_TRUE(engine.Register(name, std::make_unique<AdapterDevice>(
                                          scheduler, std::make_unique<FakeFacility>(added),
                                          std::make_unique<FakeUnits>(added, std::move(release)))));
  }

  static ImageToLoad MakeImage(std::size_t payload_bytes = kTwoAndAHalf,
                               AdapterFile file = {.version = kNew,
                                                   .identity = {0x1014, 0x0477, 0x1014, 0x04DA}}) {
    return FromBytes(MakeAdapterFile(file, payload_bytes));
  }
  static ImageToLoad FromBytes(const Bytes& bytes) {
    return {.image = Image::FromBytes(bytes, "fw.bin").value(), .manifest = std::nullopt};
  }

  Result<std::shared_ptr<Job>> Admit(const ImageToLoad& image, JobOptions options = {},
                                     const std::string& name = "capi0") {
    return scheduler.Run(engine.Admit(name, image, std::move(options)));
  }
  /// An update to its end; a refusal is an Error.
  Result<JobSnapshot> Flash(const ImageToLoad& image = MakeImage(), JobOptions options = {}) {
    const std::shared_ptr<Job> job = REFLASH_TRY(Admit(image, std::move(options)));
    REFLASH_TRY_VOID(scheduler.Run(engine.Execute(job)));
    return job->snapshot();
  }
  Result<Inspection> Inspect() { return scheduler.Run(engine.Inspect("capi0")); }

  TemporaryDirectory directory;
  SimulatedScheduler scheduler;
  FakePlatform platform{scheduler};
  std::vector<std::string> notices;
  Ledger ledger =
      Ledger::Open({.runtime = directory / "run", .state = directory / "state"}).value();
  Engine engine{scheduler, ledger, [this](const std::string& /*device*/, const std::string& words) {
                  notices.push_back(words);
                }};
};

}  // namespace reflash::capi
