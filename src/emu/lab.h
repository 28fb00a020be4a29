// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "emu/emulated_bus.h"
#include "emu/lab_settings.h"
#include "emu/lab_slot.h"

namespace reflash::emu {

/// Buses with modules on them. All on the thread of `scheduler`, which outlives the lab.
class Lab {
 public:
  /// Errors: kInvalidArgument for duplicate names, a module on a bus that is not there, and
  /// impossible values.
  static Result<std::unique_ptr<Lab>> Create(LabSettings settings, Scheduler& scheduler);

  /// The slot named `name`, or nullptr. Lives as long as the lab.
  [[nodiscard]] LabSlot* Find(std::string_view name);

  /// The names of all slots, which are the ports of the lab socket, sorted.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  Lab() = default;

  std::map<std::string, std::unique_ptr<EmulatedBus>, std::less<>> buses_;
  std::map<std::string, std::unique_ptr<LabSlot>, std::less<>> slots_;
};

}  // namespace reflash::emu
