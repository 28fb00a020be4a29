// SPDX-License-Identifier: Apache-2.0
#include "emu/lab.h"

#include <utility>

namespace reflash::emu {

namespace {

Error Describe(const LabProblem& problem, const LabSettings& settings) {
  using Where = LabProblem::Where;
  const std::size_t index = problem.index;
  const auto sentence = [&](std::string_view kind, const std::string& name) {
    return fmt::format("{} '{}': '{}' {}", kind, name, problem.key, problem.problem);
  };
  switch (problem.where) {
    case Where::kBus:
      return {ErrorCode::kInvalidArgument, sentence("bus", settings.buses[index].name)};
    case Where::kModule:
      return {ErrorCode::kInvalidArgument, sentence("module", settings.modules[index].name)};
    case Where::kCard:
      return {ErrorCode::kInvalidArgument, sentence("card", settings.cards[index].name)};
    default:
      return {ErrorCode::kInvalidArgument, sentence("adapter", settings.adapters[index].name)};
  }
}

}  // namespace

Result<std::unique_ptr<Lab>> Lab::Create(LabSettings settings, Scheduler& scheduler) {
  if (const auto problem = FindProblem(settings)) return Fail(Describe(*problem, settings));
  std::unique_ptr<Lab> lab(new Lab());
  for (const BusSettings& bus : settings.buses) {
    lab->buses_.emplace(bus.name, std::make_unique<EmulatedBus>(scheduler, bus.clock_hz, bus.name));
  }
  for (ModuleSettings& module : settings.modules) {
    EmulatedBus& bus = *lab->buses_.at(module.bus);
    const std::string name = module.name;
    lab->hardware_.emplace(name, std::make_unique<LabModule>(bus, std::move(module), scheduler));
  }
  for (CardSettings& card : settings.cards) {
    const std::string name = card.name;
    lab->hardware_.emplace(name, std::make_unique<LabCard>(std::move(card), scheduler));
  }
  for (AdapterSettings& adapter : settings.adapters) {
    const std::string name = adapter.name;
    lab->hardware_.emplace(name, std::make_unique<LabAdapter>(std::move(adapter), scheduler));
  }
  return lab;
}

LabHardware* Lab::Find(std::string_view name) {
  const auto found = hardware_.find(name);
  return found == hardware_.end() ? nullptr : found->second.get();
}

LabModule* Lab::FindModule(std::string_view name) { return dynamic_cast<LabModule*>(Find(name)); }

LabCard* Lab::FindCard(std::string_view name) { return dynamic_cast<LabCard*>(Find(name)); }

LabAdapter* Lab::FindAdapter(std::string_view name) {
  return dynamic_cast<LabAdapter*>(Find(name));
}

std::vector<std::string> Lab::names() const {
  std::vector<std::string> names;
  names.reserve(hardware_.size());
  for (const auto& [name, hardware] : hardware_) names.push_back(name);
  return names;
}

}  // namespace reflash::emu
