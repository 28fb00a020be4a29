// SPDX-License-Identifier: Apache-2.0
#include "flash/expectation.h"

#include <gtest/gtest.h>

#include "flash/admission_checks.h"

namespace reflash {
namespace {

constexpr Version kOld{1, 2, 0};
constexpr Version kNew{1, 3, 0};

/// A device with an old image in A and a new one in B.
DeviceInfo TwoBanks(bool b_runs, bool b_is_committed) {
  return {.version = b_runs ? kNew : kOld,
          .banks = {{.name = "A",
                     .version = kOld,
                     .running = !b_runs,
                     .committed = !b_is_committed,
                     .valid = true},
                    {.name = "B",
                     .version = kNew,
                     .running = b_runs,
                     .committed = b_is_committed,
                     .valid = true}},
          .capabilities = {.switches_banks = true}};
}

/// The same of a device that names bank A as the running one whatever runs.
DeviceInfo WithoutRunningBank(bool b_runs, bool b_is_committed) {
  DeviceInfo info = TwoBanks(false, b_is_committed);
  info.version = b_runs ? kNew : kOld;
  info.capabilities.tells_running_bank = false;
  return info;
}

TEST(Expectation, HoldsTheDeviceToTheBankThatWasLoaded) {
  const Expectation expected(TwoBanks(false, false), kNew, false, "B");
  EXPECT_EQ(expected.target()->name, "B");
  EXPECT_TRUE(expected.CheckStarted(TwoBanks(true, false)));
  EXPECT_FALSE(expected.CheckStarted(TwoBanks(false, false)));
  EXPECT_FALSE(expected.OldImageRuns(TwoBanks(true, false)));
  EXPECT_TRUE(expected.OldImageRuns(TwoBanks(false, false)));
}

TEST(Expectation, HoldsTheDeviceToTheVersionWhereItDoesNotTellTheBank) {
  const Expectation expected(WithoutRunningBank(false, false), kNew, false, "B");
  EXPECT_TRUE(expected.CheckStarted(WithoutRunningBank(true, false)));
  EXPECT_FALSE(expected.CheckStarted(WithoutRunningBank(false, false)));
  EXPECT_FALSE(expected.OldImageRuns(WithoutRunningBank(true, false)));
  EXPECT_TRUE(expected.OldImageRuns(WithoutRunningBank(false, false)));
}

TEST(Expectation, DoesNotTakeTheSameVersionForTheOldImage) {
  const Expectation expected(WithoutRunningBank(true, true), kNew, false, "B");
  EXPECT_FALSE(expected.OldImageRuns(WithoutRunningBank(true, true)));
}

TEST(Expectation, WantsWhatRunsToBoot) {
  EXPECT_TRUE(Expectation::CheckCommitted(TwoBanks(true, true)));
  EXPECT_FALSE(Expectation::CheckCommitted(TwoBanks(true, false)));
  EXPECT_TRUE(Expectation::CheckCommitted(WithoutRunningBank(true, true)));
  EXPECT_TRUE(Expectation::CheckCommitted(DeviceInfo{}));
}

TEST(Expectation, KnowsNoOldImageInASingleBank) {
  DeviceInfo single = TwoBanks(false, false);
  single.banks.pop_back();
  EXPECT_FALSE(Expectation(single, kNew, false, "A").OldImageRuns(single));
}

TEST(AdmissionChecks, KnowWhenALoadWouldEraseWhatBoots) {
  EXPECT_TRUE(LoadErasesCommitted(TwoBanks(true, false), "A"));
  EXPECT_FALSE(LoadErasesCommitted(TwoBanks(true, true), "A"));
  EXPECT_FALSE(LoadErasesCommitted(TwoBanks(false, false), "B"));
  EXPECT_FALSE(LoadErasesCommitted(WithoutRunningBank(true, true), "B"));
  EXPECT_FALSE(LoadErasesCommitted(DeviceInfo{}, ""));
}

}  // namespace
}  // namespace reflash
