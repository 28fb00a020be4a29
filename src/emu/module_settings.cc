// SPDX-License-Identifier: Apache-2.0
#include "emu/module_settings.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace reflash::emu {
namespace {

constexpr std::array kEplPageCounts = {0U, 1U, 2U, 3U, 4U, 8U, 9U, 12U, 16U};
constexpr std::size_t kTextBytes = 16;

bool IsText(const std::string& text) {
  const auto printable = [](char letter) { return letter >= ' ' && letter <= '~'; };
  return text.size() <= kTextBytes && std::ranges::all_of(text, printable);
}

bool IsVersion(const Version& version) {
  return version.major <= 0xFF && version.minor <= 0xFF && version.build <= 0xFFFF;
}

bool IsZero(Duration duration) { return duration == Duration::zero(); }

bool IsFailure(CdbStatus status) { return status >= CdbStatus{0x40} && status <= CdbStatus{0x7F}; }

bool AreTimes(const ModuleSettings& s) {
  const ModuleQuirks& q = s.quirks;
  return std::ranges::min({s.start_busy, s.block_busy, s.complete_busy, s.copy_busy, s.run_busy,
                           s.commit_busy, s.command_busy, s.boot, s.write_hold, q.status_zero,
                           q.stale_status, q.second_host_period, q.quiet_after_complete,
                           q.commit_not_before, q.commit_after_run}) >= Duration::zero();
}

/// Whether 0041h can tell `duration`: 16 bits in its unit.
bool CanBeTold(const std::optional<Duration>& duration, const ModuleSettings& s) {
  constexpr int kMostUnits = 0xFFFF;
  const std::chrono::milliseconds unit(s.duration_unit_ms);
  return !duration || (*duration >= Duration::zero() && *duration <= kMostUnits * unit);
}

/// What must hold of a key, and what is said when it does not.
struct Rule {
  std::string_view key;
  bool (*holds)(const ModuleSettings&);
  std::string_view problem;
};

using S = const ModuleSettings&;
constexpr std::string_view kUntellable = "must be at most 65535 times duration_unit_ms";
constexpr auto kRules = std::to_array<Rule>({
    {"vendor", [](S s) { return IsText(s.vendor); }, "must be at most 16 printable characters"},
    {"part", [](S s) { return IsText(s.part); }, "must be at most 16 printable characters"},
    {"serial", [](S s) { return IsText(s.serial); }, "must be at most 16 printable characters"},
    {"version", [](S s) { return IsVersion(s.version); }, "must be at most 255.255.65535"},
    {"other_version", [](S s) { return !s.other_version || IsVersion(*s.other_version); },
     "must be at most 255.255.65535"},
    {"other_version", [](S s) { return !s.other_version || s.banks == 2; }, "needs a bank B"},
    {"banks", [](S s) { return s.banks == 1 || s.banks == 2; }, "must be 1 or 2"},
    {"bank_bytes", [](S s) { return s.bank_bytes > 0; }, "must not be zero"},
    {"instances", [](S s) { return s.instances <= 2; }, "must be 0, 1 or 2"},
    {"epl_pages", [](S s) { return std::ranges::count(kEplPageCounts, s.epl_pages) == 1; },
     "must be 0, 1, 2, 3, 4, 8, 9, 12 or 16"},
    {"write", [](S s) { return s.write != WriteMechanism::kEpl || s.epl_pages > 0; },
     "needs EPL pages"},
    {"duration_unit_ms", [](S s) { return s.duration_unit_ms == 1 || s.duration_unit_ms == 10; },
     "must be 1 or 10"},
    {"time_scale", [](S s) { return std::isfinite(s.time_scale) && s.time_scale > 0; },
     "must be over zero"},
    {"oui", [](S s) { return s.oui <= 0xFFFFFF; }, "must have 24 bits"},
    {"advertised_start_ms", [](S s) { return CanBeTold(s.quirks.advertised_start, s); },
     kUntellable},
    {"advertised_abort_ms", [](S s) { return CanBeTold(s.quirks.advertised_abort, s); },
     kUntellable},
    {"advertised_write_ms", [](S s) { return CanBeTold(s.quirks.advertised_write, s); },
     kUntellable},
    {"advertised_complete_ms", [](S s) { return CanBeTold(s.quirks.advertised_complete, s); },
     kUntellable},
    {"advertised_copy_ms", [](S s) { return CanBeTold(s.quirks.advertised_copy, s); }, kUntellable},
    {"query_reply_bytes",
     [](S s) { return s.quirks.query_reply_bytes == 2 || s.quirks.query_reply_bytes == 3; },
     "must be 2 or 3"},
    {"bank_report_always_a", [](S s) { return !s.quirks.bank_report_always_a || s.banks == 2; },
     "needs a bank B"},
    {"stale_status_ms",
     [](S s) { return IsZero(s.quirks.stale_status) || IsZero(s.quirks.status_zero); },
     "and 'status_zero_ms' exclude each other"},
    {"second_host",
     [](S s) {
       return s.quirks.second_host == SecondHostAct::kBoth || !IsZero(s.quirks.second_host_period);
     },
     "needs 'second_host_ms'"},
    {"flag_thief", [](S s) { return s.quirks.completion_flag || !s.quirks.flag_thief; },
     "has nothing to take without 'completion_flag'"},
    {"commit_refusal", [](S s) { return IsFailure(s.quirks.commit_refusal); },
     "must be 40h to 7Fh"},
    {"hitless_resets", [](S s) { return !s.quirks.hitless_resets || s.hitless; },
     "needs 'hitless'"},
    {"password_by", [](S s) { return s.quirks.password_by == PasswordWay::kBoth || s.password; },
     "needs a 'password'"},
    {"boot_ms", AreTimes, "or another time is negative"},
});

}  // namespace

std::optional<SettingProblem> FindProblem(const ModuleSettings& settings) {
  const auto* const broken =
      std::ranges::find_if(kRules, [&](const Rule& rule) { return !rule.holds(settings); });
  if (broken == kRules.end()) return std::nullopt;
  return SettingProblem{.key = broken->key, .problem = broken->problem};
}

}  // namespace reflash::emu
