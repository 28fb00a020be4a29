// SPDX-License-Identifier: Apache-2.0
#include "emu/module_settings.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace reflash::emu {
namespace {

constexpr std::array kEplPageCounts = {0U, 1U, 2U, 3U, 4U, 8U, 12U, 16U};
constexpr std::size_t kTextBytes = 16;

bool IsText(const std::string& text) {
  const auto printable = [](char letter) { return letter >= ' ' && letter <= '~'; };
  return text.size() <= kTextBytes && std::ranges::all_of(text, printable);
}

bool IsVersion(const Version& version) {
  return version.major <= 0xFF && version.minor <= 0xFF && version.build <= 0xFFFF;
}

bool AreTimes(const ModuleSettings& s) {
  return std::ranges::min({s.start_busy, s.block_busy, s.complete_busy, s.copy_busy, s.run_busy,
                           s.commit_busy, s.command_busy, s.boot, s.write_hold}) >=
         Duration::zero();
}

/// What must hold of a key, and what is said when it does not.
struct Rule {
  std::string_view key;
  bool (*holds)(const ModuleSettings&);
  std::string_view problem;
};

using S = const ModuleSettings&;
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
     "must be 0, 1, 2, 3, 4, 8, 12 or 16"},
    {"write", [](S s) { return s.write != WriteMechanism::kEpl || s.epl_pages > 0; },
     "needs EPL pages"},
    {"duration_unit_ms", [](S s) { return s.duration_unit_ms == 1 || s.duration_unit_ms == 10; },
     "must be 1 or 10"},
    {"time_scale", [](S s) { return std::isfinite(s.time_scale) && s.time_scale > 0; },
     "must be over zero"},
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
