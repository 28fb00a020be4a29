// SPDX-License-Identifier: Apache-2.0
#include "emu/lab.h"

#include <utility>

namespace reflash::emu {

Result<std::unique_ptr<Lab>> Lab::Create(LabSettings settings, Scheduler& scheduler) {
  if (const auto problem = FindProblem(settings)) {
    const bool of_bus = problem->where == LabProblem::Where::kBus;
    return Fail(
        ErrorCode::kInvalidArgument, "{} '{}': '{}' {}", of_bus ? "bus" : "module",
        of_bus ? settings.buses[problem->index].name : settings.modules[problem->index].name,
        problem->key, problem->problem);
  }
  std::unique_ptr<Lab> lab(new Lab());
  for (const BusSettings& bus : settings.buses) {
    lab->buses_.emplace(bus.name, std::make_unique<EmulatedBus>(scheduler, bus.clock_hz, bus.name));
  }
  for (ModuleSettings& module : settings.modules) {
    EmulatedBus& bus = *lab->buses_.at(module.bus);
    const std::string name = module.name;
    lab->slots_.emplace(name, std::make_unique<LabSlot>(bus, std::move(module), scheduler));
  }
  return lab;
}

LabSlot* Lab::Find(std::string_view name) {
  const auto found = slots_.find(name);
  return found == slots_.end() ? nullptr : found->second.get();
}

std::vector<std::string> Lab::names() const {
  std::vector<std::string> names;
  names.reserve(slots_.size());
  for (const auto& [name, slot] : slots_) names.push_back(name);
  return names;
}

}  // namespace reflash::emu
