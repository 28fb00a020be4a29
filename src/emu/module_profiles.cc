// SPDX-License-Identifier: Apache-2.0
#include "emu/module_profiles.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace reflash::emu {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Profile {
  std::string_view name;
  ModuleSettings settings;
};

/// What the modules do is from reference/cmis.md, section 11. What they print of themselves is
/// not: see README.md, "Profiles".
const std::vector<Profile>& Profiles() {
  static const std::vector<Profile> profiles = {
      {"colorchip",
       {.vendor = "COLORCHIP",
        .part = "QDD-400G-AOC",
        .cmis = 0x40,
        .start_busy = milliseconds(2900),
        .quirks = {.advertised_start = milliseconds(500)}}},
      {"molex",
       {.vendor = "Molex",
        .part = "QDD-400G-DR4",
        .cmis = 0x40,
        .oui = 0x00093A,
        .block_busy = milliseconds(90),
        .quirks = {.advertised_write = milliseconds(2),
                   .commit_refusal = CdbStatus{0x40},
                   .commit_after_run = seconds(5)}}},
      {"te",
       {.vendor = "TE Connectivity",
        .part = "QDD-400G-AEC",
        .cmis = 0x40,
        .commit_busy = seconds(4)}},
      {"hisense",
       {.vendor = "Hisense",
        .part = "LTQ4100-PC",
        .cmis = 0x40,
        .quirks = {.bank_report_always_a = true}}},
      {"nokia",
       {.vendor = "NOKIA", .part = "QDD-400G-ZR", .quirks = {.status_zero = milliseconds(5)}}},
      {"innolight",
       {.vendor = "INNOLIGHT",
        .part = "T-DP4CNH-N00",
        .cmis = 0x40,
        .oui = 0x447C7F,
        .background = false,
        .write_hold = milliseconds(5),
        .quirks = {.features_reply_length = 24}}},
      {"innolight-t-oh8cnt",
       {.vendor = "INNOLIGHT",
        .part = "T-OH8CNT-NMT",
        .oui = 0x447C7F,
        .start_busy = seconds(12),
        .quirks = {.advertised_start = seconds(12)}}},
      {"eolo",
       {.vendor = "EOLO",
        .part = "2X400G-LR4",
        .quirks = {.commit_refusal = CdbStatus{0x40}, .commit_not_before = seconds(3)}}},
      {"xdr4-gen1",
       {.part = "400G-XDR4", .cmis = 0x40, .quirks = {.write_code = 0x03, .read_code = 0x03}}},
      {"coherent-fr4-lite",
       {.vendor = "Coherent",
        .part = "FR4-LITE",
        .oui = 0x009065,
        .complete_busy = seconds(110),
        .quirks = {.advertised_complete = seconds(20)}}},
      {"tunable",
       {.part = "QDD-400G-ZR",
        .media_technology = 0x10,
        .quirks = {.quiet_after_complete = seconds(30)}}},
  };
  return profiles;
}

}  // namespace

const ModuleSettings* FindProfile(std::string_view name) {
  const auto found = std::ranges::find(Profiles(), name, &Profile::name);
  return found == Profiles().end() ? nullptr : &found->settings;
}

std::vector<std::string_view> ProfileNames() {
  std::vector<std::string_view> names;
  for (const Profile& profile : Profiles()) names.push_back(profile.name);
  return names;
}

}  // namespace reflash::emu
