// SPDX-License-Identifier: Apache-2.0
#include "flash/verification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/flash_world.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;

JobOptions OnlyVerify() { return {.only_verify = true}; }

class VerificationTest : public testing::Test {
 protected:
  VerificationTest() { world_.hardware().info.capabilities.read_back = true; }

  FlashWorld world_;
};

TEST_F(VerificationTest, ComparesAndWritesNothing) {
  const JobSnapshot last = world_.Flash(OnlyVerify());
  EXPECT_EQ(last.outcome, JobOutcome::kVerified);
  EXPECT_EQ(last.bank, "B");
  EXPECT_EQ(last.percent, 100);
  EXPECT_EQ(world_.hardware().Calls(), "inspect read-back inspect");
  EXPECT_TRUE(world_.hardware().received.empty());
  EXPECT_FALSE(world_.Journal());
}

TEST_F(VerificationTest, ComparesAVersionToo) {
  world_.hardware().info.version = Version{1, 3, 0};
  EXPECT_EQ(world_.Flash(OnlyVerify()).outcome, JobOutcome::kVerified)
      << "that it runs already is no answer";
}

TEST_F(VerificationTest, FailsAtADifference) {
  world_.hardware().before["read-back"] = Failing(ErrorCode::kHwError, "byte 7 differs");
  const JobSnapshot last = world_.Flash(OnlyVerify());
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(last.failure->message, "byte 7 differs");
  EXPECT_EQ(last.state, "bank A runs 1.2.0, bank B is empty");
  EXPECT_EQ(world_.hardware().Count("cleanup"), 0);
}

TEST_F(VerificationTest, CanBeCanceled) {
  const std::shared_ptr<Job> job = world_.Admit(OnlyVerify()).value();
  world_.At(milliseconds(500), [&] { EXPECT_TRUE(job->Cancel()); });
  EXPECT_EQ(world_.Execute(job).outcome, JobOutcome::kCanceled);
}

TEST_F(VerificationTest, IsRefusedWhereNothingCanBeReadBack) {
  world_.hardware().info.capabilities.read_back = false;
  EXPECT_EQ(world_.Refusal(OnlyVerify()).code(), ErrorCode::kNotSupported);
}

TEST_F(VerificationTest, DisturbsNobody) {
  world_.hardware().in_use = "interface eth0 is up";
  world_.hardware().BecomeSingleBank();
  world_.hardware().info.capabilities.read_back = true;
  EXPECT_EQ(world_.Flash(OnlyVerify()).outcome, JobOutcome::kVerified);
}

TEST_F(VerificationTest, IsAJobLikeAnyOther) {
  const std::shared_ptr<Job> job = world_.Admit(OnlyVerify()).value();
  EXPECT_EQ(world_.Refusal(OnlyVerify()).code(), ErrorCode::kBusy);
  EXPECT_EQ(world_.Execute(job).outcome, JobOutcome::kVerified);
}

}  // namespace
}  // namespace reflash
