// SPDX-License-Identifier: Apache-2.0
#include "emu/module_keys.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/bytes.h"
#include "emu/toml_values.h"

namespace reflash::emu {
namespace {

using S = ModuleSettings;
using Q = ModuleQuirks;

Result<void> TakeCommitRefusal(TomlTable& table, S& settings) {
  auto status = std::to_underlying(settings.quirks.commit_refusal);
  REFLASH_TRY_VOID(TakeValue(table, "commit_refusal", status));
  settings.quirks.commit_refusal = CdbStatus{status};
  return {};
}

Result<void> TakeCmis(TomlTable& table, S& settings) {
  const std::optional<std::string> text = REFLASH_TRY(table.Text("cmis"));
  if (!text) return {};
  const Result<Version> revision = Version::Parse(*text);
  if (!revision || revision->major > 15 || revision->minor > 15 || revision->build > 0) {
    return table.FailAbout("cmis", "must be a revision (major.minor, at most 15.15)");
  }
  settings.cmis = static_cast<std::uint8_t>(revision->major << 4U | revision->minor);
  return {};
}

/// The hexadecimal digits of a big-endian number of `count` bytes.
Result<std::optional<std::uint32_t>> HexNumber(TomlTable& table, std::string_view key,
                                               std::size_t count) {
  const std::optional<std::string> text = REFLASH_TRY(table.Text(key));
  if (!text) return std::nullopt;
  const Result<Bytes> bytes = FromHex(*text);
  if (!bytes || bytes->size() != count) {
    return table.FailAbout(key, fmt::format("must be {} hexadecimal digits", 2 * count));
  }
  std::uint32_t value = 0;
  for (const std::byte byte : *bytes) value = value << 8U | std::to_integer<std::uint32_t>(byte);
  return value;
}

Result<void> TakePassword(TomlTable& table, S& settings) {
  if (const auto password = REFLASH_TRY(HexNumber(table, "password", 4))) {
    settings.password = password;
  }
  return {};
}

Result<void> TakeOui(TomlTable& table, S& settings) {
  settings.oui = REFLASH_TRY(HexNumber(table, "oui", 3)).value_or(settings.oui);
  return {};
}

constexpr Words<WriteMechanism, 3> kWriteWords = {{{"lpl", WriteMechanism::kLpl},
                                                   {"epl", WriteMechanism::kEpl},
                                                   {"both", WriteMechanism::kBoth}}};
constexpr Words<ReplyCheck, 4> kReplyCheckWords = {{{"lpl", ReplyCheck::kLpl},
                                                    {"header", ReplyCheck::kHeader},
                                                    {"zero", ReplyCheck::kZero},
                                                    {"wrong", ReplyCheck::kWrong}}};
constexpr Words<PasswordWay, 3> kPasswordWords = {{{"both", PasswordWay::kBoth},
                                                   {"memory", PasswordWay::kMemory},
                                                   {"command", PasswordWay::kCommand}}};
constexpr Words<SecondHostAct, 3> kSecondHostWords = {{{"both", SecondHostAct::kBoth},
                                                       {"read-flags", SecondHostAct::kReadFlags},
                                                       {"move-page", SecondHostAct::kMovePage}}};

Result<void> TakeWrite(TomlTable& table, S& settings) {
  return TakeWord(table, "write", kWriteWords, settings.write);
}

Result<void> TakeReplyCheck(TomlTable& table, S& settings) {
  return TakeWord(table, "reply_check", kReplyCheckWords, settings.quirks.reply_check);
}

Result<void> TakePasswordBy(TomlTable& table, S& settings) {
  return TakeWord(table, "password_by", kPasswordWords, settings.quirks.password_by);
}

Result<void> TakeSecondHost(TomlTable& table, S& settings) {
  return TakeWord(table, "second_host", kSecondHostWords, settings.quirks.second_host);
}

/// A key of [[module]] and the member that takes its value, or the function that does.
struct ModuleKey {
  using Taker = Result<void> (*)(TomlTable&, S&);

  std::string_view key;
  std::variant<std::string S::*, bool S::*, unsigned S::*, std::uint8_t S::*, std::size_t S::*,
               Duration S::*, Version S::*, std::optional<Version> S::*, bool Q::*, unsigned Q::*,
               std::uint8_t Q::*, Duration Q::*, std::optional<std::uint8_t> Q::*,
               std::optional<bool> Q::*, std::optional<Duration> Q::*, Taker>
      target;
};

constexpr auto kModuleKeys = std::to_array<ModuleKey>({
    {"identifier", &S::identifier},
    {"flat", &S::flat},
    {"present", &S::present},
    {"vendor", &S::vendor},
    {"part", &S::part},
    {"serial", &S::serial},
    {"cmis", &TakeCmis},
    {"version", &S::version},
    {"other_version", &S::other_version},
    {"banks", &S::banks},
    {"bank_bytes", &S::bank_bytes},
    {"instances", &S::instances},
    {"write", &TakeWrite},
    {"epl_pages", &S::epl_pages},
    {"read_write_length_ext", &S::read_write_length_ext},
    {"auto_paging", &S::auto_paging},
    {"trigger_on_stop", &S::trigger_on_stop},
    {"background", &S::background},
    {"start_header", &S::start_header},
    {"readback", &S::readback},
    {"skip_erased", &S::skip_erased},
    {"check_image", &S::check_image},
    {"erased_byte", &S::erased_byte},
    {"abort", &S::abort},
    {"copy", &S::copy},
    {"hitless", &S::hitless},
    {"password", &TakePassword},
    {"duration_unit_ms", &S::duration_unit_ms},
    {"start_busy_ms", &S::start_busy},
    {"block_busy_ms", &S::block_busy},
    {"complete_busy_ms", &S::complete_busy},
    {"copy_busy_ms", &S::copy_busy},
    {"run_busy_ms", &S::run_busy},
    {"commit_busy_ms", &S::commit_busy},
    {"command_busy_ms", &S::command_busy},
    {"boot_ms", &S::boot},
    {"write_hold_ms", &S::write_hold},
    {"oui", &TakeOui},
    {"media_technology", &S::media_technology},
    {"write_code", &Q::write_code},
    {"read_code", &Q::read_code},
    {"firmware_length_ext", &Q::firmware_length_ext},
    {"abort_advertised", &Q::abort_advertised},
    {"advertised_start_ms", &Q::advertised_start},
    {"advertised_abort_ms", &Q::advertised_abort},
    {"advertised_write_ms", &Q::advertised_write},
    {"advertised_complete_ms", &Q::advertised_complete},
    {"advertised_copy_ms", &Q::advertised_copy},
    {"busy_time_code", &Q::busy_time_code},
    {"query_reply_bytes", &Q::query_reply_bytes},
    {"features_reply_length", &Q::features_reply_length},
    {"info_reply_length", &Q::info_reply_length},
    {"reply_check", &TakeReplyCheck},
    {"bank_report_always_a", &Q::bank_report_always_a},
    {"status_zero_ms", &Q::status_zero},
    {"stale_status_ms", &Q::stale_status},
    {"completion_flag", &Q::completion_flag},
    {"flag_thief", &Q::flag_thief},
    {"second_host_ms", &Q::second_host_period},
    {"second_host", &TakeSecondHost},
    {"image_size_without_header", &Q::image_size_without_header},
    {"block_address_with_header", &Q::block_address_with_header},
    {"quiet_after_complete_ms", &Q::quiet_after_complete},
    {"commit_refusal", &TakeCommitRefusal},
    {"commit_not_before_ms", &Q::commit_not_before},
    {"commit_after_run_ms", &Q::commit_after_run},
    {"hitless_resets", &Q::hitless_resets},
    {"answers_in_boot", &Q::answers_in_boot},
    {"single_byte_page_select", &Q::single_byte_page_select},
    {"password_by", &TakePasswordBy},
});

template <class Member>
Member& MemberOf(S& settings, Member S::* member) {
  return settings.*member;
}
template <class Member>
Member& MemberOf(S& settings, Member Q::* member) {
  return settings.quirks.*member;
}

Result<void> TakeKey(TomlTable& table, const ModuleKey& key, S& settings) {
  return std::visit(
      [&](auto target) -> Result<void> {
        if constexpr (std::is_same_v<decltype(target), ModuleKey::Taker>) {
          return target(table, settings);
        } else {
          return TakeValue(table, key.key, MemberOf(settings, target));
        }
      },
      key.target);
}

}  // namespace

Result<void> TakeModuleKeys(TomlTable& table, ModuleSettings& settings) {
  for (const ModuleKey& key : kModuleKeys) REFLASH_TRY_VOID(TakeKey(table, key, settings));
  return {};
}

}  // namespace reflash::emu
