// SPDX-License-Identifier: Apache-2.0
#include "cli/environment.h"

#include <algorithm>
#include <utility>

namespace reflash::cli {

Result<inventory::Configuration> LoadConfiguration(const std::optional<std::string>& file) {
  const std::string path = file.value_or(std::string(inventory::Configuration::kDefaultPath));
  Result<inventory::Configuration> configuration = inventory::Configuration::Load(path);
  if (configuration || configuration.error().code() == ErrorCode::kInvalidArgument) {
    return configuration;
  }
  return Fail(Error(ErrorCode::kInvalidArgument, "no configuration (--config FILE)")
                  .Because(configuration.error()));
}

Result<std::unique_ptr<Environment>> Environment::Open(RealScheduler& scheduler,
                                                       const Output& output,
                                                       const std::optional<std::string>& file,
                                                       std::stop_token stop) {
  inventory::Configuration configuration = REFLASH_TRY(LoadConfiguration(file));
  const LedgerDirectories directories = REFLASH_TRY(LedgerDirectories::FromEnvironment());
  Ledger ledger = REFLASH_TRY(Ledger::Open(directories));
  return std::make_unique<Environment>(scheduler, output, std::move(ledger),
                                       std::move(configuration), std::move(stop));
}

Environment::Environment(RealScheduler& scheduler, const Output& output, Ledger ledger,
                         inventory::Configuration configuration, std::stop_token stop)
    : scheduler_(scheduler),
      output_(output),
      ledger_(std::move(ledger)),
      inventory_(scheduler, std::move(configuration)),
      engine_(scheduler, ledger_,
              [&output](const std::string& device, const std::string& sentence) {
                output.PrintNotice(device, sentence);
              }),
      stop_(std::move(stop)) {}

std::vector<std::string> Environment::names() const {
  std::vector<std::string> names;
  for (const auto& device : inventory_.configuration().devices) names.push_back(device.name);
  return names;
}

Result<std::vector<std::string>> Environment::Select(
    const std::vector<std::string>& patterns) const {
  std::vector<std::string> names;
  for (const std::string& pattern : patterns) {
    for (std::string& name : REFLASH_TRY(inventory_.configuration().Select(pattern))) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
  }
  return names;
}

Result<void> Environment::Attach(const std::string& name) {
  return engine_.Register(name, REFLASH_TRY(inventory_.Open(name)));
}

Result<void> Environment::AttachRecorded(const std::string& name, RecordingFile& file) {
  return engine_.Register(name, REFLASH_TRY(inventory_.OpenRecorded(name, file)));
}

}  // namespace reflash::cli
