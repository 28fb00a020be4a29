// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdlib.h>

#include <cassert>
#include <filesystem>
#include <string>

namespace reflash::bench {

/// A directory of its own in memory, for the files of a ledger, removed at its end: a disk that
/// syncs would make a benchmark of simulated time wait in real time.
class MemoryDirectory {
 public:
  MemoryDirectory() {
    std::string name = "/dev/shm/reflash-bench-XXXXXX";
    const bool made = ::mkdtemp(name.data()) != nullptr;
    assert(made && "no memory file system at /dev/shm");
    path_ = name;
  }
  MemoryDirectory(const MemoryDirectory&) = delete;
  MemoryDirectory& operator=(const MemoryDirectory&) = delete;
  ~MemoryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace reflash::bench
