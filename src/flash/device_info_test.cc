// SPDX-License-Identifier: Apache-2.0
#include "flash/device_info.h"

#include <gtest/gtest.h>

namespace reflash {
namespace {

TEST(DeviceInfo, DescribesWhatEachBankHolds) {
  DeviceInfo info;
  EXPECT_EQ(info.DescribeBanks(), "");
  info.banks = {
      {.name = "A", .version = Version{1, 2, 0}, .running = true, .committed = true, .valid = true},
      {.name = "B"}};
  EXPECT_EQ(info.DescribeBanks(), "bank A runs 1.2.0, bank B is empty");
  info.banks[1].valid = true;
  EXPECT_EQ(info.DescribeBanks(), "bank A runs 1.2.0, bank B holds an unknown version");
  info.banks[0].committed = false;
  info.banks[1].committed = true;
  EXPECT_EQ(info.DescribeBanks(),
            "bank A runs 1.2.0 (not committed), bank B holds an unknown version (committed)");
}

TEST(DeviceInfo, LoadsIntoTheBankThatDoesNotRunOrTheOnlyOne) {
  DeviceInfo info;
  EXPECT_EQ(info.IdleBank(), nullptr);
  EXPECT_EQ(info.RunningBank(), nullptr);
  info.banks = {{.name = "A", .running = true}};
  EXPECT_EQ(info.IdleBank()->name, "A");
  info.banks.push_back({.name = "B"});
  EXPECT_EQ(info.IdleBank()->name, "B");
  EXPECT_EQ(info.RunningBank()->name, "A");
}

}  // namespace
}  // namespace reflash
