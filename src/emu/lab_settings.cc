// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace reflash::emu {
namespace {

constexpr std::uint32_t kSlowestClockHz = 1'000;
constexpr std::uint32_t kFastestClockHz = 5'000'000;  // ultra-fast mode

/// Whether an earlier thing of the list has the name of the one at `index`.
template <class Settings>
bool IsUsed(const std::vector<Settings>& list, std::size_t index) {
  const auto earlier = std::span(list).first(index);
  return std::ranges::find(earlier, list[index].name, &Settings::name) != earlier.end();
}

std::optional<LabProblem> FindBusProblem(const LabSettings& settings, std::size_t index) {
  const BusSettings& bus = settings.buses[index];
  const auto problem = [index](std::string_view key, std::string_view what) {
    return LabProblem{LabProblem::Where::kBus, index, key, std::string(what)};
  };
  if (bus.name.empty()) return problem("name", "is missing");
  if (IsUsed(settings.buses, index)) return problem("name", "is used twice");
  if (bus.clock_hz < kSlowestClockHz || bus.clock_hz > kFastestClockHz) {
    return problem("clock_hz", fmt::format("must be {} to {}", kSlowestClockHz, kFastestClockHz));
  }
  return std::nullopt;
}

std::optional<LabProblem> FindModuleProblem(const LabSettings& settings, std::size_t index) {
  const ModuleSettings& module = settings.modules[index];
  const auto problem = [index](std::string_view key, std::string_view what) {
    return LabProblem{LabProblem::Where::kModule, index, key, std::string(what)};
  };
  if (module.name.empty()) return problem("name", "is missing");
  if (IsUsed(settings.modules, index)) return problem("name", "is used twice");
  const auto& buses = settings.buses;
  if (std::ranges::find(buses, module.bus, &BusSettings::name) == buses.end()) {
    return problem("bus", fmt::format("names no bus: {}", module.bus));
  }
  if (const auto found = FindProblem(module)) return problem(found->key, found->problem);
  return std::nullopt;
}

}  // namespace

std::optional<LabProblem> FindProblem(const LabSettings& settings) {
  for (std::size_t index = 0; index < settings.buses.size(); ++index) {
    if (auto problem = FindBusProblem(settings, index)) return problem;
  }
  for (std::size_t index = 0; index < settings.modules.size(); ++index) {
    if (auto problem = FindModuleProblem(settings, index)) return problem;
  }
  return std::nullopt;
}

}  // namespace reflash::emu
