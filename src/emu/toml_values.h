// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "async/scheduler.h"
#include "base/error.h"
#include "base/toml_table.h"
#include "base/version.h"

/// How the keys of a lab file become members of settings: TakeValue and TakeWord, for the tables of
/// keys of each kind of hardware. Errors of all: kInvalidArgument, naming file, line and key.
namespace reflash::emu {

// How a value of each type is read from a table; a missing key gives nothing.

template <class Value>
using Read = Result<std::optional<Value>>;

inline Read<std::string> ReadValue(TomlTable& table, std::string_view key,
                                   std::type_identity<std::string> /*type*/) {
  return table.Text(key);
}

inline Read<bool> ReadValue(TomlTable& table, std::string_view key,
                            std::type_identity<bool> /*type*/) {
  return table.Flag(key);
}

template <std::unsigned_integral Number>
Read<Number> ReadValue(TomlTable& table, std::string_view key,
                       std::type_identity<Number> /*type*/) {
  constexpr std::uint64_t kMost = std::min<std::uint64_t>(
      std::numeric_limits<Number>::max(), std::numeric_limits<std::uint32_t>::max());
  const std::optional<std::int64_t> number = REFLASH_TRY(table.Integer(key, 0, kMost));
  return number ? std::optional(static_cast<Number>(*number)) : std::nullopt;
}

inline Read<Duration> ReadValue(TomlTable& table, std::string_view key,
                                std::type_identity<Duration> /*type*/) {
  constexpr double kMostMilliseconds = 1e9;
  const std::optional<double> number = REFLASH_TRY(table.Number(key, 0, kMostMilliseconds));
  if (!number) return std::nullopt;
  return std::chrono::round<Duration>(std::chrono::duration<double, std::milli>(*number));
}

inline Read<Version> ReadValue(TomlTable& table, std::string_view key,
                               std::type_identity<Version> /*type*/) {
  const std::optional<std::string> text = REFLASH_TRY(table.Text(key));
  if (!text) return std::nullopt;
  const Result<Version> version = Version::Parse(*text);
  if (!version) return table.FailAbout(key, "must be a version (major.minor.build)");
  return *version;
}

// A missing key leaves the member as it is.

template <class Value>
Result<void> TakeValue(TomlTable& table, std::string_view key, Value& member) {
  if (auto value = REFLASH_TRY(ReadValue(table, key, std::type_identity<Value>()))) {
    member = *std::move(value);
  }
  return {};
}

template <class Value>
Result<void> TakeValue(TomlTable& table, std::string_view key, std::optional<Value>& member) {
  if (auto value = REFLASH_TRY(ReadValue(table, key, std::type_identity<Value>()))) {
    member = std::move(value);
  }
  return {};
}

// Words for the values of an enumeration.

template <class Value, std::size_t kCount>
using Words = std::array<std::pair<std::string_view, Value>, kCount>;

template <class Value, std::size_t kCount>
Result<void> TakeWord(TomlTable& table, std::string_view key, const Words<Value, kCount>& words,
                      Value& value) {
  const std::optional<std::string> text = REFLASH_TRY(table.Text(key));
  if (!text) return {};
  const auto* const known =
      std::ranges::find(words, *text, &Words<Value, kCount>::value_type::first);
  if (known == words.end()) {
    return table.FailAbout(
        key, fmt::format("must be '{}'", fmt::join(words | std::views::keys, "', '")));
  }
  value = known->second;
  return {};
}

}  // namespace reflash::emu
