// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emu/adapter/emulated_facility.h"

namespace reflash {

/// What was asked of a platform, as it was seen between the driver and the platform. It knows the
/// hints from the specification (reference, B3) and asks neither side about them. For tests.
struct FacilityWatch {
  struct Call {
    FacilityOperation operation;
    std::uint64_t token = 0;
    std::int64_t code = 0;
  };

  std::vector<Call> calls;
  std::size_t early_calls = 0;  ///< repeated before the hint of the last answer was over
  /// How much later than it was asked for the call of that number, from 0, reaches the platform.
  std::map<std::size_t, Duration> delays;

  [[nodiscard]] std::size_t Count(FacilityOperation operation) const {
    return static_cast<std::size_t>(std::ranges::count(calls, operation, &Call::operation));
  }
  /// How often that operation was answered with `code`.
  [[nodiscard]] std::size_t Count(FacilityOperation operation, std::int64_t code) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        calls, [&](const Call& call) { return call.operation == operation && call.code == code; }));
  }
  /// The first call of the operation, which is there.
  [[nodiscard]] const Call& First(FacilityOperation operation) const {
    return *std::ranges::find(calls, operation, &Call::operation);
  }
};

/// The facility of an emulated adapter under watch. `watch` outlives it.
class WatchedFacility : public PlatformFacility {
 public:
  WatchedFacility(Scheduler& scheduler, emu::EmulatedAdapter& adapter, FacilityWatch& watch)
      : scheduler_(scheduler), facility_(scheduler, adapter), watch_(watch) {}

  [[nodiscard]] const std::string& hardware_address() const override {
    return facility_.hardware_address();
  }

 private:
  static std::optional<Duration> HintOf(std::int64_t code) {
    using std::chrono::milliseconds;
    static constexpr std::array kHints{1, 10, 100, 1'000, 10'000, 100'000};
    if (code == 1) return milliseconds(10);
    if (code < 9900 || code > 9905) return std::nullopt;
    return milliseconds(kHints.at(static_cast<std::size_t>(code - 9900)));
  }

  Task<FacilityReply> DoCall(FacilityOperation operation, std::uint64_t token,
                             std::span<const ByteView> list) override {
    if (repeats_ == operation && scheduler_.Now() < not_before_) ++watch_.early_calls;
    const auto delay = watch_.delays.find(watch_.calls.size());
    if (delay != watch_.delays.end()) co_await scheduler_.Sleep(delay->second);
    FacilityReply reply = co_await facility_.Call(operation, token, list);
    watch_.calls.push_back({.operation = operation, .token = token, .code = reply.code});
    const std::optional<Duration> hint = HintOf(reply.code);
    repeats_.reset();
    if (hint) {
      repeats_ = operation;
      not_before_ = scheduler_.Now() + *hint;
    }
    co_return reply;
  }

  Scheduler& scheduler_;
  emu::EmulatedFacility facility_;
  FacilityWatch& watch_;
  std::optional<FacilityOperation> repeats_;
  TimePoint not_before_;
};

}  // namespace reflash
