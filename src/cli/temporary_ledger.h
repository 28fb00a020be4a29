// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "base/error.h"
#include "base/temporary_directory.h"
#include "ledger/ledger.h"

namespace reflash::cli {

/// A ledger of this process alone, for devices that are nobody else's business: the rack of the
/// demo, a recording. Its files are gone at its end.
class TemporaryLedger {
 public:
  /// Errors: those of TemporaryDirectory::Make and Ledger::Open.
  static Result<TemporaryLedger> Open() {
    TemporaryDirectory directory = REFLASH_TRY(TemporaryDirectory::Make());
    Ledger ledger = REFLASH_TRY(Ledger::Open({directory / "run", directory / "state"}));
    return TemporaryLedger(std::move(directory), std::move(ledger));
  }

  [[nodiscard]] Ledger& ledger() { return ledger_; }

 private:
  TemporaryLedger(TemporaryDirectory directory, Ledger ledger)
      : directory_(std::move(directory)), ledger_(std::move(ledger)) {}

  TemporaryDirectory directory_;
  Ledger ledger_;
};

}  // namespace reflash::cli
