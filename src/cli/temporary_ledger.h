// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <utility>

#include "base/error.h"
#include "ledger/ledger.h"

namespace reflash::cli {

/// A ledger of this process alone, for devices that are nobody else's business: the rack of the
/// demo, a recording. Its files are gone at its end.
class TemporaryLedger {
 public:
  /// Errors: kRwError when no temporary directory can be made; those of Ledger::Open.
  static Result<TemporaryLedger> Open();

  TemporaryLedger(TemporaryLedger&& other) noexcept
      : path_(std::exchange(other.path_, {})), ledger_(std::move(other.ledger_)) {}
  TemporaryLedger& operator=(TemporaryLedger&&) = delete;
  TemporaryLedger(const TemporaryLedger&) = delete;
  TemporaryLedger& operator=(const TemporaryLedger&) = delete;
  ~TemporaryLedger();

  [[nodiscard]] Ledger& ledger() { return ledger_; }

 private:
  TemporaryLedger(std::filesystem::path path, Ledger ledger)
      : path_(std::move(path)), ledger_(std::move(ledger)) {}

  std::filesystem::path path_;
  Ledger ledger_;
};

}  // namespace reflash::cli
