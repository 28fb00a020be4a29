// SPDX-License-Identifier: Apache-2.0
#include "cli/temporary_ledger.h"

#include <cstdlib>
#include <string>
#include <system_error>

namespace reflash::cli {

Result<TemporaryLedger> TemporaryLedger::Open() {
  std::string name = std::filesystem::temp_directory_path() / "reflash-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    return Fail(ErrorCode::kRwError, "cannot make a temporary directory {}", name);
  }
  const std::filesystem::path path = name;
  return TemporaryLedger(path, REFLASH_TRY(Ledger::Open({path / "run", path / "state"})));
}

TemporaryLedger::~TemporaryLedger() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace reflash::cli
