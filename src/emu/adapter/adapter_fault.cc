// SPDX-License-Identifier: Apache-2.0
#include "emu/adapter/adapter_fault.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace reflash::emu {
namespace {

using Effect = AdapterFault::Effect;

constexpr std::array<std::pair<std::string_view, FacilityOperation>, 4> kOperations = {
    {{"download", FacilityOperation::kDownload},
     {"validate", FacilityOperation::kValidate},
     {"reset", FacilityOperation::kReset},
     {"vpd", FacilityOperation::kVitalData}}};
constexpr std::array<std::pair<std::string_view, Effect>, 4> kEffects = {
    {{"stuck", Effect::kStuck},
     {"power-cut", Effect::kPowerCut},
     {"remove", Effect::kRemove},
     {"garble", Effect::kGarble}}};
constexpr std::string_view kCode = "code:";

Result<void> SetCode(AdapterFault& fault, std::string_view digits) {
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, fault.code);
  if (error == std::errc() && stop == end) return {};
  return Fail(ErrorCode::kInvalidArgument, "'{}' is no return code", digits);
}

}  // namespace

Result<FacilityOperation> ParseOperation(std::string_view word) {
  const auto* const found =
      std::ranges::find(kOperations, word, &decltype(kOperations)::value_type::first);
  if (found != kOperations.end()) return found->second;
  return Fail(ErrorCode::kInvalidArgument, "'{}' is not download, validate, reset or vpd", word);
}

Result<AdapterFault> AdapterFault::Parse(std::string_view when, std::uint32_t nth,
                                         std::string_view effect) {
  AdapterFault fault{.when = REFLASH_TRY(ParseOperation(when)), .nth = nth};
  if (nth == 0) return Fail(ErrorCode::kInvalidArgument, "nth counts from 1");
  if (effect.starts_with(kCode)) {
    REFLASH_TRY_VOID(SetCode(fault, effect.substr(kCode.size())));
    return fault;
  }
  const auto* const found =
      std::ranges::find(kEffects, effect, &decltype(kEffects)::value_type::first);
  if (found == kEffects.end()) {
    return Fail(ErrorCode::kInvalidArgument,
                "'{}' is not code:NUMBER, stuck, power-cut, remove or garble", effect);
  }
  fault.effect = found->second;
  if (fault.effect == Effect::kGarble && fault.when == FacilityOperation::kReset) {
    return Fail(ErrorCode::kInvalidArgument, "'garble' cannot happen to a reset");
  }
  return fault;
}

}  // namespace reflash::emu
