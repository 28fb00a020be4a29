// SPDX-License-Identifier: Apache-2.0
#include "emu/adapter/adapter_settings.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace reflash::emu {
namespace {

using S = const AdapterSettings&;

bool IsText(const std::string& text) {
  constexpr std::size_t kMost = 16;
  return text.size() <= kMost &&
         std::ranges::all_of(text, [](char letter) { return letter >= ' ' && letter <= '~'; });
}

bool IsVersion(const Version& version) {
  return version.major <= 0xFF && version.minor <= 0xFF && version.build <= 0xFFFF;
}

struct Rule {
  std::string_view key;
  bool (*holds)(S);
  std::string_view problem;
};

constexpr auto kRules = std::to_array<Rule>({
    {"part", [](S s) { return IsText(s.part); }, "must be at most 16 printable characters"},
    {"serial", [](S s) { return IsText(s.serial); }, "must be at most 16 printable characters"},
    {"version", [](S s) { return IsVersion(s.version); }, "must be at most 255.255.65535"},
    {"factory_version", [](S s) { return IsVersion(s.factory_version); },
     "must be at most 255.255.65535"},
    {"flash_bytes", [](S s) { return s.flash_bytes > 0; }, "must not be zero"},
    {"time_scale", [](S s) { return std::isfinite(s.time_scale) && s.time_scale > 0; },
     "must be over zero"},
    {"boot_ms",
     [](S s) {
       return std::ranges::min({s.call, s.call_timeout, s.erase, s.program_per_mebibyte,
                                s.validate_per_mebibyte, s.boot}) >= Duration::zero();
     },
     "or another time is negative"},
});

}  // namespace

std::optional<SettingProblem> FindProblem(const AdapterSettings& settings) {
  const auto* const broken =
      std::ranges::find_if(kRules, [&](const Rule& rule) { return !rule.holds(settings); });
  if (broken == kRules.end()) return std::nullopt;
  return SettingProblem{.key = broken->key, .problem = broken->problem};
}

}  // namespace reflash::emu
