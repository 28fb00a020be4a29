// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/temporary_directory.h"
#include "ledger/ledger.h"

namespace reflash {

/// A ledger in a directory of its own, for tests.
class LedgerTest : public testing::Test {
 protected:
  /// As another process would open it.
  [[nodiscard]] Ledger Open() const {
    return Ledger::Open({.runtime = temporary_ / "run", .state = temporary_ / "state"}).value();
  }

  static JobSnapshot Snapshot(std::string device, std::string hardware_address) {
    JobSnapshot snapshot;
    snapshot.device = std::move(device);
    snapshot.hardware_address = std::move(hardware_address);
    snapshot.phase = Phase::kWriting;
    return snapshot;
  }

  /// Expects that a file is refused as damaged, in words that name it.
  template <class T>
  static void ExpectDamaged(const Result<T>& result, const std::filesystem::path& path) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::kRwError);
    const std::string message = result.error().Message();
    EXPECT_TRUE(message.starts_with(path.string() + " is damaged: ")) << message;
  }

  TemporaryDirectory temporary_;
  Ledger ledger_ = Open();
};

}  // namespace reflash
