// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "emu/emulated_bus.h"
#include "emu/lab_adapter.h"
#include "emu/lab_card.h"
#include "emu/lab_hardware.h"
#include "emu/lab_module.h"
#include "emu/lab_settings.h"

namespace reflash::emu {

/// Buses with modules on them, cards and adapters. All on the thread of `scheduler`, which outlives
/// the lab.
class Lab {
 public:
  /// Errors: kInvalidArgument for duplicate names, a module on a bus that is not there, and
  /// impossible values.
  static Result<std::unique_ptr<Lab>> Create(LabSettings settings, Scheduler& scheduler);

  // What is named `name`, or nullptr: of any kind, or of one. Lives as long as the lab.
  [[nodiscard]] LabHardware* Find(std::string_view name);
  [[nodiscard]] LabModule* FindModule(std::string_view name);
  [[nodiscard]] LabCard* FindCard(std::string_view name);
  [[nodiscard]] LabAdapter* FindAdapter(std::string_view name);

  /// The names of everything, which are the ports of the lab socket, sorted.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  Lab() = default;

  std::map<std::string, std::unique_ptr<EmulatedBus>, std::less<>> buses_;
  std::map<std::string, std::unique_ptr<LabHardware>, std::less<>> hardware_;
};

}  // namespace reflash::emu
