// SPDX-License-Identifier: Apache-2.0
#include "emu/card/card_fault.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace reflash::emu {
namespace {

using When = CardFault::When;
using Effect = CardFault::Effect;

constexpr std::array<std::pair<std::string_view, When>, 6> kWhenWords = {
    {{"request", When::kRequest},
     {"erase", When::kErase},
     {"transfer", When::kTransfer},
     {"authenticate", When::kAuthenticate},
     {"program", When::kProgram},
     {"reload", When::kReload}}};
constexpr std::array<std::pair<std::string_view, Effect>, 4> kEffectWords = {
    {{"stuck", Effect::kStuck},
     {"power-cut", Effect::kPowerCut},
     {"remove", Effect::kRemove},
     {"garble", Effect::kGarble}}};
constexpr std::string_view kStatus = "status:";

template <class Value, std::size_t kCount>
std::optional<Value> FindWord(const std::array<std::pair<std::string_view, Value>, kCount>& words,
                              std::string_view word) {
  const auto* const found =
      std::ranges::find(words, word, &std::pair<std::string_view, Value>::first);
  return found == words.end() ? std::nullopt : std::optional(found->second);
}

Result<std::uint8_t> ParseStatus(std::string_view digits) {
  std::uint8_t status = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, status, 16);
  if (error == std::errc() && stop == end) return status;
  return Fail(ErrorCode::kInvalidArgument, "status '{}' is not 00 to ff", digits);
}

Result<void> SetEffect(CardFault& fault, std::string_view effect) {
  if (effect.starts_with(kStatus)) {
    fault.status = REFLASH_TRY(ParseStatus(effect.substr(kStatus.size())));
    return {};
  }
  const std::optional<Effect> found = FindWord(kEffectWords, effect);
  if (!found) {
    return Fail(ErrorCode::kInvalidArgument,
                "'{}' is not status:HEX, stuck, power-cut, remove or garble", effect);
  }
  fault.effect = *found;
  return {};
}

}  // namespace

Result<CardFault> CardFault::Parse(std::string_view when, std::uint32_t nth,
                                   std::string_view effect) {
  const std::optional<When> moment = FindWord(kWhenWords, when);
  if (!moment) {
    return Fail(ErrorCode::kInvalidArgument,
                "'{}' is not request, erase, transfer, authenticate, program or reload", when);
  }
  CardFault fault{.when = *moment, .nth = nth};
  REFLASH_TRY_VOID(SetEffect(fault, effect));
  if (nth == 0) return Fail(ErrorCode::kInvalidArgument, "nth counts from 1");
  if (fault.when == When::kErase && fault.effect == Effect::kGarble) {
    return Fail(ErrorCode::kInvalidArgument, "'garble' cannot happen to an erasure");
  }
  return fault;
}

}  // namespace reflash::emu
