// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_file.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <limits>
#include <utility>
#include <variant>

#include "base/bytes.h"
#include "base/toml_table.h"

namespace reflash::emu {
namespace {

using S = ModuleSettings;

// How a value of each type is taken from a table; a missing key leaves it as it is.

Result<void> Take(TomlTable& table, std::string_view key, std::string& value) {
  if (auto text = REFLASH_TRY(table.Text(key))) value = *std::move(text);
  return {};
}

Result<void> Take(TomlTable& table, std::string_view key, bool& value) {
  value = REFLASH_TRY(table.Flag(key)).value_or(value);
  return {};
}

template <std::unsigned_integral Number>
Result<void> Take(TomlTable& table, std::string_view key, Number& value) {
  constexpr std::uint64_t kMost = std::min<std::uint64_t>(
      std::numeric_limits<Number>::max(), std::numeric_limits<std::uint32_t>::max());
  if (const auto number = REFLASH_TRY(table.Integer(key, 0, kMost))) {
    value = static_cast<Number>(*number);
  }
  return {};
}

Result<void> Take(TomlTable& table, std::string_view key, Duration& value) {
  constexpr double kMostMilliseconds = 1e9;
  if (const auto number = REFLASH_TRY(table.Number(key, 0, kMostMilliseconds))) {
    const std::chrono::duration<double, std::milli> milliseconds(*number);
    value = std::chrono::round<Duration>(milliseconds);
  }
  return {};
}

Result<void> Take(TomlTable& table, std::string_view key, Version& value) {
  const std::optional<std::string> text = REFLASH_TRY(table.Text(key));
  if (!text) return {};
  const Result<Version> version = Version::Parse(*text);
  if (!version) return table.FailAbout(key, "must be a version (major.minor.build)");
  value = *version;
  return {};
}

Result<void> Take(TomlTable& table, std::string_view key, std::optional<Version>& value) {
  if (!REFLASH_TRY(table.Text(key))) return {};
  return Take(table, key, value.emplace());
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

Result<void> TakeWrite(TomlTable& table, S& settings) {
  static constexpr std::array<std::pair<std::string_view, WriteMechanism>, 3> kWords = {
      {{"lpl", WriteMechanism::kLpl},
       {"epl", WriteMechanism::kEpl},
       {"both", WriteMechanism::kBoth}}};
  const std::optional<std::string> text = REFLASH_TRY(table.Text("write"));
  if (!text) return {};
  for (const auto& [word, mechanism] : kWords) {
    if (*text != word) continue;
    settings.write = mechanism;
    return {};
  }
  return table.FailAbout("write", "must be 'lpl', 'epl' or 'both'");
}

Result<void> TakePassword(TomlTable& table, S& settings) {
  const std::optional<std::string> text = REFLASH_TRY(table.Text("password"));
  if (!text) return {};
  const Result<Bytes> password = FromHex(*text);
  if (!password || password->size() != sizeof(std::uint32_t)) {
    return table.FailAbout("password", "must be 8 hexadecimal digits");
  }
  settings.password = LoadBigEndian<std::uint32_t>(*password);
  return {};
}

Result<void> TakeFaults(TomlTable& table, S& settings) {
  std::vector<TomlTable> faults = REFLASH_TRY(table.Tables("fault"));
  for (TomlTable& fault : faults) {
    const std::string when = REFLASH_TRY(fault.RequiredText("when"));
    const std::string effect = REFLASH_TRY(fault.RequiredText("do"));
    std::uint32_t nth = 1;
    REFLASH_TRY_VOID(Take(fault, "nth", nth));
    REFLASH_TRY_VOID(fault.RefuseOthers());
    const Result<FaultSettings> parsed = FaultSettings::Parse(when, nth, effect);
    if (!parsed) return fault.FailAbout("do", "and 'when': " + parsed.error().Message());
    settings.faults.push_back(*parsed);
  }
  return {};
}

/// A key of [[module]] and the member that takes its value, or the function that does.
struct ModuleKey {
  using Taker = Result<void> (*)(TomlTable&, S&);

  std::string_view key;
  std::variant<std::string S::*, bool S::*, unsigned S::*, std::uint8_t S::*, std::size_t S::*,
               Duration S::*, Version S::*, std::optional<Version> S::*, Taker>
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
    {"fault", &TakeFaults},
});

Result<void> TakeKey(TomlTable& table, const ModuleKey& key, S& settings) {
  return std::visit(
      [&](auto target) -> Result<void> {
        if constexpr (std::is_same_v<decltype(target), ModuleKey::Taker>) {
          return target(table, settings);
        } else {
          return Take(table, key.key, settings.*target);
        }
      },
      key.target);
}

Result<ModuleSettings> TakeModule(TomlTable& table) {
  ModuleSettings settings;
  settings.name = REFLASH_TRY(table.RequiredText("name"));
  table.set_subject(settings.name);
  settings.bus = REFLASH_TRY(table.RequiredText("bus"));
  for (const ModuleKey& key : kModuleKeys) REFLASH_TRY_VOID(TakeKey(table, key, settings));
  REFLASH_TRY_VOID(table.RefuseOthers());
  return settings;
}

Result<BusSettings> TakeBus(TomlTable& table) {
  BusSettings settings;
  settings.name = REFLASH_TRY(table.RequiredText("name"));
  table.set_subject(settings.name);
  REFLASH_TRY_VOID(Take(table, "clock_hz", settings.clock_hz));
  REFLASH_TRY_VOID(table.RefuseOthers());
  return settings;
}

}  // namespace

Result<LabSettings> ParseLabFile(std::string_view text, std::string_view file_name) {
  constexpr double kSlowest = 1e-3;
  constexpr double kFastest = 1e6;
  TomlTable file = REFLASH_TRY(TomlTable::Parse(text, file_name));
  const double time_scale =
      REFLASH_TRY(file.Number("time_scale", kSlowest, kFastest)).value_or(1.0);
  std::vector<TomlTable> buses = REFLASH_TRY(file.Tables("bus"));
  std::vector<TomlTable> modules = REFLASH_TRY(file.Tables("module"));
  REFLASH_TRY_VOID(file.RefuseOthers());

  LabSettings settings;
  for (TomlTable& bus : buses) settings.buses.push_back(REFLASH_TRY(TakeBus(bus)));
  for (TomlTable& module : modules) {
    settings.modules.push_back(REFLASH_TRY(TakeModule(module)));
    settings.modules.back().time_scale = time_scale;
  }
  if (const auto problem = FindProblem(settings)) {
    const auto& tables = problem->where == LabProblem::Where::kBus ? buses : modules;
    return tables[problem->index].FailAbout(problem->key, problem->problem);
  }
  return settings;
}

}  // namespace reflash::emu
