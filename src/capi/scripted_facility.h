// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "async/scheduler.h"
#include "bus/platform_facility.h"

namespace reflash::capi {

/// A call that is expected, and what it is answered with.
struct ScriptedCall {
  FacilityOperation operation;
  std::uint64_t token = 0;
  std::size_t bytes = 0;  ///< in all buffers of the list
  Result<FacilityReply> reply;
};

/// Holds a driver to exactly the calls of a script, and keeps when they came. For tests.
class ScriptedFacility : public PlatformFacility {
 public:
  ScriptedFacility(const Scheduler& scheduler, std::vector<ScriptedCall> script)
      : scheduler_(scheduler), script_(std::move(script)) {}
  ~ScriptedFacility() override { EXPECT_EQ(next_, script_.size()) << "calls that did not happen"; }

  [[nodiscard]] const std::string& hardware_address() const override { return address_; }
  /// When each call came, since the beginning of time.
  [[nodiscard]] const std::vector<Duration>& moments() const { return moments_; }
  /// The bytes of the last list.
  [[nodiscard]] const Bytes& last() const { return last_; }

 private:
  Task<FacilityReply> DoCall(FacilityOperation operation, std::uint64_t token,
                             std::span<const ByteView> list) override {
    moments_.push_back(scheduler_.Now().time_since_epoch());
    last_.clear();
    for (const ByteView buffer : list) Append(last_, buffer);
    if (next_ == script_.size()) {
      ADD_FAILURE() << "a call that is not in the script";
      co_return Fail(ErrorCode::kRwError, "not in the script");
    }
    const ScriptedCall& expected = script_[next_++];
    EXPECT_EQ(operation, expected.operation) << "call " << next_;
    EXPECT_EQ(token, expected.token) << "call " << next_;
    EXPECT_EQ(last_.size(), expected.bytes) << "call " << next_;
    co_return expected.reply;
  }

  const Scheduler& scheduler_;
  std::vector<ScriptedCall> script_;
  std::size_t next_ = 0;
  std::vector<Duration> moments_;
  Bytes last_;
  std::string address_ = "capi:scripted";
};

}  // namespace reflash::capi
