// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emu/adapter/adapter_settings.h"
#include "emu/card/card_settings.h"
#include "emu/module_settings.h"

namespace reflash::emu {

/// An I2C bus of a lab.
struct BusSettings {
  std::string name;
  std::uint32_t clock_hz = 400'000;
};

/// What a lab consists of.
struct LabSettings {
  std::vector<BusSettings> buses;
  std::vector<ModuleSettings> modules;
  std::vector<CardSettings> cards;
  std::vector<AdapterSettings> adapters;
};

/// Something in the settings of a lab that cannot be: which bus, module, card or adapter, by its
/// place in its list, and which key of it.
struct LabProblem {
  enum class Where : std::uint8_t { kBus, kModule, kCard, kAdapter };

  Where where;
  std::size_t index;
  std::string_view key;
  std::string problem;
};

/// The first problem, or nothing: names that are missing or used twice, a bus that is not there, a
/// clock of no I2C bus (1 kHz to 5 MHz), and what FindProblem finds in a module, a card or an
/// adapter.
std::optional<LabProblem> FindProblem(const LabSettings& settings);

}  // namespace reflash::emu
