// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_file.h"

#include <fmt/ranges.h>

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/toml_table.h"
#include "emu/adapter/adapter_keys.h"
#include "emu/card/card_keys.h"
#include "emu/module_keys.h"
#include "emu/module_profiles.h"

namespace reflash::emu {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();

template <class Fault>
Result<std::vector<Fault>> TakeFaults(TomlTable& table) {
  std::vector<Fault> taken;
  std::vector<TomlTable> faults = REFLASH_TRY(table.Tables("fault"));
  for (TomlTable& fault : faults) {
    const std::string when = REFLASH_TRY(fault.RequiredText("when"));
    const std::string effect = REFLASH_TRY(fault.RequiredText("do"));
    const std::int64_t nth = REFLASH_TRY(fault.Integer("nth", 1, kMost)).value_or(1);
    REFLASH_TRY_VOID(fault.RefuseOthers());
    const auto parsed = Fault::Parse(when, static_cast<std::uint32_t>(nth), effect);
    if (!parsed) return fault.FailAbout("do", "and 'when': " + parsed.error().Message());
    taken.push_back(*parsed);
  }
  return taken;
}

/// The module that `profile` names, which is where the other keys begin.
Result<ModuleSettings> TakeProfile(TomlTable& table) {
  const std::optional<std::string> name = REFLASH_TRY(table.Text("profile"));
  if (!name) return ModuleSettings();
  if (const ModuleSettings* const profile = FindProfile(*name)) return *profile;
  return table.FailAbout("profile", fmt::format("is none of {}", fmt::join(ProfileNames(), ", ")));
}

Result<ModuleSettings> TakeModule(TomlTable& table) {
  const std::string name = REFLASH_TRY(table.RequiredText("name"));
  table.set_subject(name);
  ModuleSettings settings = REFLASH_TRY(TakeProfile(table));
  settings.name = name;
  settings.bus = REFLASH_TRY(table.RequiredText("bus"));
  REFLASH_TRY_VOID(TakeModuleKeys(table, settings));
  settings.faults = REFLASH_TRY(TakeFaults<FaultSettings>(table));
  REFLASH_TRY_VOID(table.RefuseOthers());
  return settings;
}

/// A card or an adapter, by its keys.
template <class Settings, class Fault>
Result<Settings> TakeHardware(TomlTable& table, Result<void> (*take_keys)(TomlTable&, Settings&)) {
  Settings settings;
  settings.name = REFLASH_TRY(table.RequiredText("name"));
  table.set_subject(settings.name);
  REFLASH_TRY_VOID(take_keys(table, settings));
  settings.faults = REFLASH_TRY(TakeFaults<Fault>(table));
  REFLASH_TRY_VOID(table.RefuseOthers());
  return settings;
}

Result<BusSettings> TakeBus(TomlTable& table) {
  BusSettings settings;
  settings.name = REFLASH_TRY(table.RequiredText("name"));
  table.set_subject(settings.name);
  const auto clock_hz = REFLASH_TRY(table.Integer("clock_hz", 0, kMost));
  settings.clock_hz = static_cast<std::uint32_t>(clock_hz.value_or(settings.clock_hz));
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
  std::vector<TomlTable> cards = REFLASH_TRY(file.Tables("card"));
  std::vector<TomlTable> adapters = REFLASH_TRY(file.Tables("adapter"));
  REFLASH_TRY_VOID(file.RefuseOthers());

  LabSettings settings;
  for (TomlTable& bus : buses) settings.buses.push_back(REFLASH_TRY(TakeBus(bus)));
  for (TomlTable& module : modules) {
    settings.modules.push_back(REFLASH_TRY(TakeModule(module)));
    settings.modules.back().time_scale = time_scale;
  }
  for (TomlTable& card : cards) {
    settings.cards.push_back(
        REFLASH_TRY((TakeHardware<CardSettings, CardFault>(card, &TakeCardKeys))));
    settings.cards.back().time_scale = time_scale;
  }
  for (TomlTable& adapter : adapters) {
    settings.adapters.push_back(
        REFLASH_TRY((TakeHardware<AdapterSettings, AdapterFault>(adapter, &TakeAdapterKeys))));
    settings.adapters.back().time_scale = time_scale;
  }
  if (const auto problem = FindProblem(settings)) {
    const std::array tables = {&buses, &modules, &cards,
                               &adapters};  // in the order of LabProblem::Where
    const TomlTable& table = (*tables.at(std::to_underlying(problem->where)))[problem->index];
    return table.FailAbout(problem->key, problem->problem);
  }
  return settings;
}

}  // namespace reflash::emu
