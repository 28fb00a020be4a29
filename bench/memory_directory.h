// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include "base/temporary_directory.h"

namespace reflash::bench {

/// A directory in memory where there is /dev/shm, for the files of a ledger: a disk that syncs
/// would make a benchmark of simulated time wait in real time.
inline TemporaryDirectory MakeMemoryDirectory() {
  const std::filesystem::path memory = "/dev/shm";
  const bool has_memory = ::access(memory.c_str(), W_OK) == 0;
  return TemporaryDirectory::Make(has_memory ? memory : std::filesystem::temp_directory_path())
      .value();
}

}  // namespace reflash::bench
