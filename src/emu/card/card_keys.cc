// SPDX-License-Identifier: Apache-2.0
#include "emu/card/card_keys.h"

#include <array>
#include <charconv>
#include <system_error>
#include <variant>

#include "base/bytes.h"
#include "emu/toml_values.h"

namespace reflash::emu {
namespace {

using S = CardSettings;

constexpr Words<CardFamily, 2> kFamilyWords = {
    {{"n3000", CardFamily::kN3000}, {"n6000", CardFamily::kN6000}}};

Result<void> TakeFamily(TomlTable& table, S& settings) {
  return TakeWord(table, "family", kFamilyWords, settings.family);
}

/// A time in nanoseconds.
Result<void> TakeNanoseconds(TomlTable& table, std::string_view key, Duration& member) {
  constexpr std::int64_t kMost = 1'000'000'000;
  const auto number = REFLASH_TRY(table.Integer(key, 0, kMost));
  if (number) member = Duration(*number);
  return {};
}

Result<void> TakeRegisterAccess(TomlTable& table, S& settings) {
  return TakeNanoseconds(table, "register_access_ns", settings.register_access);
}

Result<void> TakeFifoWord(TomlTable& table, S& settings) {
  return TakeNanoseconds(table, "fifo_word_ns", settings.fifo_word);
}

Result<std::uint8_t> ParseKeyNumber(TomlTable& table, std::string_view key,
                                    const std::string& text) {
  std::uint8_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop == end) return number;
  return table.FailAbout(key, "must be a list of texts with the numbers of keys");
}

/// The two keys of each KeyArea.
struct AreaKeys {
  std::string_view root_hash;
  std::string_view canceled;
};
constexpr std::array<AreaKeys, 3> kAreas = {{{"root_hash_controller", "canceled_controller"},
                                             {"root_hash_static", "canceled_static"},
                                             {"root_hash_partial", "canceled_partial"}}};

Result<void> TakeArea(TomlTable& table, const AreaKeys& names, KeySettings& keys) {
  const std::optional<std::string> digits = REFLASH_TRY(table.Text(names.root_hash));
  if (digits) {
    Result<Bytes> hash = FromHex(*digits);
    if (!hash) return table.FailAbout(names.root_hash, "must be hexadecimal digits");
    keys.root_hash = *std::move(hash);
  }
  for (const std::string& text : REFLASH_TRY(table.Texts(names.canceled))) {
    keys.canceled.push_back(REFLASH_TRY(ParseKeyNumber(table, names.canceled, text)));
  }
  return {};
}

/// A key of [[card]] and the member that takes its value, or the function that does.
struct CardKey {
  using Taker = Result<void> (*)(TomlTable&, S&);

  std::string_view key;
  std::variant<std::string S::*, bool S::*, std::uint32_t S::*, std::size_t S::*, Duration S::*,
               Version S::*, std::optional<Version> S::*, Taker>
      target;
};

constexpr auto kCardKeys = std::to_array<CardKey>({
    {"family", &TakeFamily},
    {"serial", &S::serial},
    {"present", &S::present},
    {"version", &S::version},
    {"other_version", &S::other_version},
    {"factory_version", &S::factory_version},
    {"controller_version", &S::controller_version},
    {"controller_factory_version", &S::controller_factory_version},
    {"staging_bytes", &S::staging_bytes},
    {"update_count", &S::update_count},
    {"wearout_at", &S::wearout_at},
    {"reboot_disabled", &S::reboot_disabled},
    {"register_access_ns", &TakeRegisterAccess},
    {"fifo_word_ns", &TakeFifoWord},
    {"handshake_ms", &S::handshake},
    {"erase_ms_per_mib", &S::erase_per_mebibyte},
    {"authentication_ms", &S::authentication},
    {"program_ms_per_mib", &S::program_per_mebibyte},
    {"key_programming_ms", &S::key_programming},
    {"boot_ms", &S::boot},
});

Result<void> TakeKey(TomlTable& table, const CardKey& key, S& settings) {
  return std::visit(
      [&](auto target) -> Result<void> {
        if constexpr (std::is_same_v<decltype(target), CardKey::Taker>) {
          return target(table, settings);
        } else {
          return TakeValue(table, key.key, settings.*target);
        }
      },
      key.target);
}

}  // namespace

Result<void> TakeCardKeys(TomlTable& table, CardSettings& settings) {
  for (const CardKey& key : kCardKeys) REFLASH_TRY_VOID(TakeKey(table, key, settings));
  for (std::size_t area = 0; area < kAreas.size(); ++area) {
    REFLASH_TRY_VOID(TakeArea(table, kAreas.at(area), settings.keys.at(area)));
  }
  return {};
}

}  // namespace reflash::emu
