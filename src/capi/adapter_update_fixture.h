// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capi/adapter_bench.h"

namespace reflash::capi {

/// Whole updates of a fake adapter, which break no rule and leave no sequence open. For tests.
class AdapterUpdateTest : public testing::Test, public AdapterBench {
 protected:
  ~AdapterUpdateTest() override {
    EXPECT_THAT(platform.violations, testing::IsEmpty());
    EXPECT_FALSE(platform.IsOpen());
  }

  bool HasJournalEntry() { return ledger.Find(platform.address).value().has_value(); }
};

}  // namespace reflash::capi
