// SPDX-License-Identifier: Apache-2.0
// Whole updates through the file of optoe, with an emulated module behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "bus/optoe_eeprom.h"
#include "fake_optoe.h"
#include "flash_module.h"

namespace reflash {
namespace {

using testing::IsEmpty;

struct OptoeCase {
  std::string name;
  std::string write_max;
  emu::ModuleSettings module;
  BusOptions options;
};

emu::ModuleSettings Module(emu::WriteMechanism write) {
  emu::ModuleSettings module;
  module.name = "swp1";
  module.bus = "i2c-7";
  module.write = write;
  return module;
}

/// A module that falls silent while it works: optoe cannot put its page back then.
emu::ModuleSettings SilentModule() {
  emu::ModuleSettings module = Module(emu::WriteMechanism::kLpl);
  module.cmis = 0x40;
  module.background = false;
  module.auto_paging = false;
  module.trigger_on_stop = false;
  return module;
}

class OptoeUpdate : public testing::TestWithParam<OptoeCase> {};

TEST_P(OptoeUpdate, LeavesTheNewImageRunningAndBreaksNoRule) {
  BlockingScheduler scheduler;
  emu::EmulatedModule module(GetParam().module, scheduler);
  FakeOptoe kernel(scheduler, module, GetParam().write_max);
  I2cDevBuses buses(scheduler);
  auto eeprom = OptoeEeprom::Open(kernel, buses, kernel.file(), GetParam().options);
  ASSERT_TRUE(eeprom) << eeprom.error().Message();
  const Result<JobSnapshot> job = FlashModule(scheduler, *std::move(eeprom));
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  EXPECT_EQ(job->version, "1.3.0");
  EXPECT_THAT(module.violations(), IsEmpty());
  const ByteView held = module.Banks().bank(emu::Bank::kB).image();
  EXPECT_TRUE(std::ranges::equal(held, SmallImage().bytes()));
  const bool settable = !GetParam().write_max.empty();
  EXPECT_EQ(settable, kernel.contents.contains("/sys/bus/i2c/devices/7-0050/write_max"));
  if (settable) {
    EXPECT_EQ(kernel.contents.at("/sys/bus/i2c/devices/7-0050/write_max"), GetParam().write_max);
  }
  if (!GetParam().module.background) EXPECT_GT(kernel.silences(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    OfModules, OptoeUpdate,
    testing::Values(
        OptoeCase{"EplInPiecesOf32", "32\n", Module(emu::WriteMechanism::kEpl), {}},
        OptoeCase{"LplInSingleBytes", "1\n", Module(emu::WriteMechanism::kLpl), {}},
        OptoeCase{"EplInSingleBytesWithoutAttribute", "", Module(emu::WriteMechanism::kEpl), {}},
        OptoeCase{
            "LplRaisedToAPage", "1\n", Module(emu::WriteMechanism::kLpl), {.max_write_bytes = 129}},
        OptoeCase{"SilentInPiecesOf32", "32\n", SilentModule(), {}},
        OptoeCase{"SilentInSingleBytes", "1\n", SilentModule(), {}}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace reflash
