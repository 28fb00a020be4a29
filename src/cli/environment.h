// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "async/real_scheduler.h"
#include "cli/output.h"
#include "flash/engine.h"
#include "inventory/inventory.h"
#include "ledger/ledger.h"

namespace reflash::cli {

/// The configuration that the user named, or the default one.
/// Errors: kInvalidArgument for a bad configuration, also one that is not there.
Result<inventory::Configuration> LoadConfiguration(const std::optional<std::string>& file);

/// What a command that works on devices stands on: time, the ledger, the engine and the devices of
/// the configuration. One for each run of the program.
class Environment {
 public:
  /// Errors: kInvalidArgument for a bad configuration (also one that is not there), kPermission
  /// for directories of the ledger that cannot be used.
  static Result<std::unique_ptr<Environment>> Open(RealScheduler& scheduler, const Output& output,
                                                   const std::optional<std::string>& file,
                                                   std::stop_token stop);

  Environment(RealScheduler& scheduler, const Output& output, Ledger ledger,
              inventory::Configuration configuration, std::stop_token stop);

  [[nodiscard]] RealScheduler& scheduler() { return scheduler_; }
  [[nodiscard]] const Output& output() const { return output_; }
  [[nodiscard]] Engine& engine() { return engine_; }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  [[nodiscard]] inventory::Inventory& inventory() { return inventory_; }
  /// Requested when the user wants the program to stop.
  [[nodiscard]] std::stop_token stop() const { return stop_; }

  /// All devices, in the order of the configuration.
  [[nodiscard]] std::vector<std::string> names() const;

  [[nodiscard]] bool Has(const std::string& name) const {
    return inventory_.configuration().Find(name) != nullptr;
  }

  /// The devices that the patterns mean, each once, in the order of the patterns.
  /// Errors: kNotFound for a pattern that means none.
  [[nodiscard]] Result<std::vector<std::string>> Select(
      const std::vector<std::string>& patterns) const;

  /// Opens the way to a device and gives it to the engine. Errors: those of Inventory::Open.
  Result<void> Attach(const std::string& name);
  /// The same, and records its bus traffic. `file` outlives the environment.
  Result<void> AttachRecorded(const std::string& name, RecordingFile& file);

 private:
  RealScheduler& scheduler_;
  const Output& output_;
  Ledger ledger_;
  inventory::Inventory inventory_;
  Engine engine_;
  std::stop_token stop_;
};

}  // namespace reflash::cli
