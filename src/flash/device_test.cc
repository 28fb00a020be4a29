// SPDX-License-Identifier: Apache-2.0
#include "flash/device.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "flash/flash_world.h"

namespace reflash {
namespace {

/// The least that a driver can be.
class BareDevice : public Device {
 public:
  [[nodiscard]] std::string_view kind() const override { return "bare"; }
  [[nodiscard]] const std::string& hardware_address() const override { return address_; }
  [[nodiscard]] Duration Estimate(Step /*step*/, std::uint64_t /*image_bytes*/) const override {
    return {};
  }

 private:
  Task<DeviceInfo> DoInspect(std::stop_token /*stop*/) override { co_return DeviceInfo{}; }
  Task<void> DoPrepare(Job& /*job*/) override { co_return; }
  Task<std::uint64_t> DoWrite(Job& job, std::uint64_t offset) override {
    co_return job.image().size() - offset;
  }
  Task<void> DoFinish(Job& /*job*/) override { co_return; }
  Task<void> DoCleanup(Job& /*job*/, const Result<void>& /*outcome*/) override { co_return; }

  std::string address_ = "bare:1";
};

class BareDeviceTest : public testing::Test {
 protected:
  BareDeviceTest() {
    const Result<void> added = world_.engine().Register("bare", std::make_unique<BareDevice>());
    EXPECT_TRUE(added);
  }

  FlashWorld world_;
};

TEST_F(BareDeviceTest, CanBeUpdated) {
  const auto job =
      world_.scheduler().Run(world_.engine().Admit("bare", FlashWorld::MakeImage(), {})).value();
  const JobSnapshot last = world_.Execute(job);
  EXPECT_EQ(last.outcome, JobOutcome::kUpdated);
  EXPECT_EQ(last.percent, 100);
  EXPECT_EQ(last.bank, "");
}

TEST_F(BareDeviceTest, HasNoStepsOfABankSwitch) {
  for (const Step step : {Step::kRun, Step::kCommit, Step::kRollback, Step::kAbort}) {
    const Result<DeviceInfo> info =
        world_.scheduler().Run(world_.engine().Perform("bare", step, {}));
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code(), ErrorCode::kNotSupported);
  }
}

TEST_F(BareDeviceTest, CannotReadBack) {
  BareDevice device;
  Job job(world_.scheduler(), "bare", std::make_shared<BareDevice>(), FlashWorld::MakeImage(), {});
  const Result<void> read = world_.scheduler().Run(device.ReadBack(job));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), ErrorCode::kNotSupported);
}

}  // namespace
}  // namespace reflash
