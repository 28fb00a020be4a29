// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace reflash::emu {
namespace {

constexpr std::uint32_t kSlowestClockHz = 1'000;
constexpr std::uint32_t kFastestClockHz = 5'000'000;  // ultra-fast mode

/// Whether `list` has the name before `end`.
template <class Settings>
bool HasName(const std::vector<Settings>& list, std::size_t end, std::string_view name) {
  const auto earlier = std::span(list).first(end);
  return std::ranges::find(earlier, name, &Settings::name) != earlier.end();
}

/// What must hold of every name; `used` says whether something earlier has it.
std::optional<SettingProblem> FindNameProblem(std::string_view name, bool used) {
  if (name.empty()) return SettingProblem{.key = "name", .problem = "is missing"};
  if (used) return SettingProblem{.key = "name", .problem = "is used twice"};
  return std::nullopt;
}

LabProblem Locate(const SettingProblem& found, LabProblem::Where where, std::size_t index) {
  return {.where = where, .index = index, .key = found.key, .problem = std::string(found.problem)};
}

std::optional<LabProblem> FindBusProblem(const LabSettings& settings, std::size_t index) {
  const BusSettings& bus = settings.buses[index];
  const bool used = HasName(settings.buses, index, bus.name);
  if (const auto found = FindNameProblem(bus.name, used)) {
    return Locate(*found, LabProblem::Where::kBus, index);
  }
  if (bus.clock_hz >= kSlowestClockHz && bus.clock_hz <= kFastestClockHz) return std::nullopt;
  return LabProblem{.where = LabProblem::Where::kBus,
                    .index = index,
                    .key = "clock_hz",
                    .problem = fmt::format("must be {} to {}", kSlowestClockHz, kFastestClockHz)};
}

std::optional<LabProblem> FindModuleProblem(const LabSettings& settings, std::size_t index) {
  constexpr auto kHere = LabProblem::Where::kModule;
  const ModuleSettings& module = settings.modules[index];
  const bool used = HasName(settings.modules, index, module.name);
  if (const auto found = FindNameProblem(module.name, used)) return Locate(*found, kHere, index);
  if (!HasName(settings.buses, settings.buses.size(), module.bus)) {
    return LabProblem{.where = kHere,
                      .index = index,
                      .key = "bus",
                      .problem = fmt::format("names no bus: {}", module.bus)};
  }
  if (const auto found = FindProblem(module)) return Locate(*found, kHere, index);
  return std::nullopt;
}

std::optional<LabProblem> FindCardProblem(const LabSettings& settings, std::size_t index) {
  constexpr auto kHere = LabProblem::Where::kCard;
  const CardSettings& card = settings.cards[index];
  const bool used = HasName(settings.modules, settings.modules.size(), card.name) ||
                    HasName(settings.cards, index, card.name);
  if (const auto found = FindNameProblem(card.name, used)) return Locate(*found, kHere, index);
  const auto found = FindProblem(card);
  return found ? std::optional(Locate(*found, kHere, index)) : std::nullopt;
}

std::optional<LabProblem> FindAdapterProblem(const LabSettings& settings, std::size_t index) {
  constexpr auto kHere = LabProblem::Where::kAdapter;
  const AdapterSettings& adapter = settings.adapters[index];
  const bool used = HasName(settings.modules, settings.modules.size(), adapter.name) ||
                    HasName(settings.cards, settings.cards.size(), adapter.name) ||
                    HasName(settings.adapters, index, adapter.name);
  if (const auto found = FindNameProblem(adapter.name, used)) return Locate(*found, kHere, index);
  const auto found = FindProblem(adapter);
  return found ? std::optional(Locate(*found, kHere, index)) : std::nullopt;
}

using Finder = std::optional<LabProblem> (*)(const LabSettings&, std::size_t);

std::optional<LabProblem> FindFirst(const LabSettings& settings, std::size_t count, Finder find) {
  for (std::size_t index = 0; index < count; ++index) {
    if (auto problem = find(settings, index)) return problem;
  }
  return std::nullopt;
}

}  // namespace

std::optional<LabProblem> FindProblem(const LabSettings& settings) {
  const auto steps = std::to_array<std::pair<std::size_t, Finder>>({
      {settings.buses.size(), &FindBusProblem},
      {settings.modules.size(), &FindModuleProblem},
      {settings.cards.size(), &FindCardProblem},
      {settings.adapters.size(), &FindAdapterProblem},
  });
  for (const auto& [count, find] : steps) {
    if (auto problem = FindFirst(settings, count, find)) return problem;
  }
  return std::nullopt;
}

}  // namespace reflash::emu
