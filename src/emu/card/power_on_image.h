// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "async/scheduler.h"
#include "emu/card/card_banks.h"
#include "emu/card/card_settings.h"
#include "emu/violation_log.h"

namespace reflash::emu {

/// The register with which a host chooses the page that an N6000 loads at power-on: a request, its
/// result, and that it is cleared. The references outlive it.
class PowerOnImage {
 public:
  PowerOnImage(const CardSettings& settings, CardBanks& banks, ViolationLog& violations)
      : settings_(settings), banks_(banks), violations_(violations) {}

  [[nodiscard]] std::uint32_t Read() const { return value_; }
  void Write(std::uint32_t value, TimePoint now);
  void Advance(TimePoint now);
  void Reset() {
    value_ = 0;
    done_at_ = TimePoint::max();
  }

 private:
  static constexpr std::uint32_t kRequest = 1U << 0U;
  static constexpr std::uint32_t kClear = 1U << 1U;
  static constexpr std::uint32_t kSuccess = 1U << 4U;
  static constexpr std::uint32_t kFailure = 2U << 4U;
  static constexpr unsigned kPageShift = 8;
  static constexpr std::uint32_t kPageMask = 7;
  static constexpr std::uint32_t kFactoryFirst = 1U << 31U;

  const CardSettings& settings_;
  CardBanks& banks_;
  ViolationLog& violations_;
  std::uint32_t value_ = 0;
  TimePoint done_at_ = TimePoint::max();
};

}  // namespace reflash::emu
