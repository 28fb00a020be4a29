// SPDX-License-Identifier: Apache-2.0
#include "emu/fault_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>

namespace reflash::emu {
namespace {

using When = FaultSettings::When;
using Effect = FaultSettings::Effect;

/// A fault's word, whether something follows it behind a colon, and what it can happen to.
struct Row {
  std::string_view word;
  Effect effect;
  bool has_value;
  bool at_transfer;
  bool at_boot;
};

constexpr std::array kRows = {
    Row{"nack", Effect::kNack, false, true, true},
    Row{"status", Effect::kStatus, true, false, false},
    Row{"stuck", Effect::kStuck, false, true, true},
    Row{"garble", Effect::kGarble, false, true, false},
    Row{"power-cut", Effect::kPowerCut, false, true, true},
    Row{"remove", Effect::kRemove, false, true, true},
    Row{"wrong-status", Effect::kWrongStatus, true, false, false},
};

template <class Number, class... Format>
std::optional<Number> ParseNumber(std::string_view text, Format... format) {
  Number number{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, format...);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<void> SetWhen(FaultSettings& fault, std::string_view when) {
  if (when == "transfer") {
    fault.when = When::kTransfer;
  } else if (when == "boot") {
    fault.when = When::kBoot;
  } else if (const auto command = ParseNumber<std::uint16_t>(when, 16);
             command && when.size() == 4) {
    fault.when = When::kCommand;
    fault.command = *command;
  } else {
    return Fail(ErrorCode::kInvalidArgument,
                "'{}' is not 'transfer', 'boot' or the four hexadecimal digits of a CDB command",
                when);
  }
  return {};
}

Result<void> SetValue(FaultSettings& fault, std::string_view value) {
  if (fault.effect == Effect::kStatus) {
    const auto status = ParseNumber<std::uint8_t>(value, 16);
    if (!status || *status < 0x40 || *status > 0x7F) {
      return Fail(ErrorCode::kInvalidArgument, "status '{}' is not 40 to 7f", value);
    }
    fault.status = *status;
  } else {
    constexpr double kMostSeconds = 1e6;
    const auto seconds = ParseNumber<double>(value);
    const bool sensible = seconds && *seconds >= 0 && *seconds <= kMostSeconds;
    if (!sensible) {
      return Fail(ErrorCode::kInvalidArgument, "'{}' is not a number of seconds", value);
    }
    fault.wrong_status_for =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*seconds));
  }
  return {};
}

Result<void> SetEffect(FaultSettings& fault, std::string_view effect) {
  const std::size_t colon = effect.find(':');
  const std::string_view word = effect.substr(0, colon);
  const auto* const row = std::ranges::find(kRows, word, &Row::word);
  if (row == kRows.end() || row->has_value != (colon != std::string_view::npos)) {
    return Fail(ErrorCode::kInvalidArgument,
                "'{}' is not nack, status:HEX, stuck, garble, power-cut, remove or "
                "wrong-status:SECONDS",
                effect);
  }
  const bool possible = fault.when == When::kCommand ||
                        (fault.when == When::kTransfer ? row->at_transfer : row->at_boot);
  if (!possible) {
    return Fail(ErrorCode::kInvalidArgument, "'{}' cannot happen to a {}", word,
                fault.when == When::kTransfer ? "transfer" : "boot");
  }
  fault.effect = row->effect;
  return row->has_value ? SetValue(fault, effect.substr(colon + 1)) : Result<void>();
}

}  // namespace

Result<FaultSettings> FaultSettings::Parse(std::string_view when, std::uint32_t nth,
                                           std::string_view effect) {
  FaultSettings fault;
  REFLASH_TRY_VOID(SetWhen(fault, when));
  REFLASH_TRY_VOID(SetEffect(fault, effect));
  if (nth == 0) return Fail(ErrorCode::kInvalidArgument, "nth counts from 1");
  fault.nth = nth;
  return fault;
}

}  // namespace reflash::emu
