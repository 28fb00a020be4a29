// SPDX-License-Identifier: Apache-2.0
#include "emu/card/card_settings.h"

#include <algorithm>
#include <cmath>

namespace reflash::emu {
namespace {

using S = const CardSettings&;

bool IsVersion(const Version& version, std::uint32_t most) {
  return std::max({version.major, version.minor, version.build}) <= most;
}

bool AreTimes(S s) {
  return std::ranges::min({s.register_access, s.fifo_word, s.handshake, s.erase_per_mebibyte,
                           s.authentication, s.program_per_mebibyte, s.key_programming, s.boot}) >=
         Duration::zero();
}

bool AreHashes(S s) {
  return std::ranges::all_of(s.keys, [](const KeySettings& keys) {
    const std::size_t bytes = keys.root_hash.size();
    return bytes == 0 || bytes == 32 || bytes == 48;
  });
}

bool AreKeyNumbers(S s) {
  return std::ranges::all_of(s.keys, [](const KeySettings& keys) {
    return std::ranges::all_of(keys.canceled, [](std::uint8_t key) { return key < 128; });
  });
}

/// What must hold of a key, and what is said when it does not.
struct Rule {
  std::string_view key;
  bool (*holds)(S);
  std::string_view problem;
};

constexpr std::string_view kFpgaVersion = "must be at most 15.15.15";
constexpr std::string_view kControllerVersion = "must be at most 255.255.255";
constexpr auto kRules = std::to_array<Rule>({
    {"serial", [](S s) { return s.MacAddress().has_value(); },
     "must be a MAC address such as 02:00:00:00:00:01"},
    {"version", [](S s) { return IsVersion(s.version, 15); }, kFpgaVersion},
    {"other_version", [](S s) { return !s.other_version || IsVersion(*s.other_version, 15); },
     kFpgaVersion},
    {"other_version", [](S s) { return !s.other_version || FactsOf(s.family).user_pages == 2; },
     "needs a second user page"},
    {"factory_version", [](S s) { return IsVersion(s.factory_version, 15); }, kFpgaVersion},
    {"controller_version", [](S s) { return IsVersion(s.controller_version, 255); },
     kControllerVersion},
    {"controller_factory_version", [](S s) { return IsVersion(s.controller_factory_version, 255); },
     kControllerVersion},
    {"staging_bytes",
     [](S s) {
       return s.staging_bytes > 0 && s.staging_bytes % 4 == 0 &&
              s.staging_bytes <= CardSettings::kMostStagingBytes;
     },
     "must be a multiple of 4 up to 58720256"},
    {"update_count", [](S s) { return s.update_count <= CardSettings::kCounterBits; },
     "must be at most 32768"},
    {"wearout_at", [](S s) { return s.wearout_at <= CardSettings::kCounterBits; },
     "must be at most 32768"},
    {"root_hash_controller", AreHashes, "or another root hash does not have 32 or 48 bytes"},
    {"canceled_controller", AreKeyNumbers, "or another list has a key over 127"},
    {"time_scale", [](S s) { return std::isfinite(s.time_scale) && s.time_scale > 0; },
     "must be over zero"},
    {"boot_ms", AreTimes, "or another time is negative"},
});

std::optional<std::uint8_t> HexByte(std::string_view digits) {
  const Result<Bytes> bytes = FromHex(digits);
  if (!bytes || bytes->size() != 1) return std::nullopt;
  return std::to_integer<std::uint8_t>(bytes->front());
}

}  // namespace

Duration CardSettings::ScaledBySize(Duration per_mebibyte, std::size_t bytes) const {
  constexpr double kMebibyte = 1U << 20U;
  constexpr double kMost = 3e18;  // a hundred years
  const double share = static_cast<double>(bytes) / kMebibyte;
  const double scaled = static_cast<double>(per_mebibyte.count()) * share / time_scale;
  return Duration(static_cast<Duration::rep>(std::min(scaled, kMost)));
}

std::optional<std::array<std::uint8_t, 6>> CardSettings::MacAddress() const {
  constexpr std::size_t kStride = 3;  // two digits and a colon
  std::array<std::uint8_t, 6> address{};
  if (serial.size() != (address.size() * kStride) - 1) return std::nullopt;
  for (std::size_t index = 0; index < address.size(); ++index) {
    const std::size_t at = index * kStride;
    const std::optional<std::uint8_t> byte = HexByte(std::string_view(serial).substr(at, 2));
    const bool ends_well = index + 1 == address.size() || serial[at + 2] == ':';
    if (!byte || !ends_well) return std::nullopt;
    address.at(index) = *byte;
  }
  return address;
}

std::optional<SettingProblem> FindProblem(const CardSettings& settings) {
  const auto* const broken =
      std::ranges::find_if(kRules, [&](const Rule& rule) { return !rule.holds(settings); });
  if (broken == kRules.end()) return std::nullopt;
  return SettingProblem{.key = broken->key, .problem = broken->problem};
}

}  // namespace reflash::emu
