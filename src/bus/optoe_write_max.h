// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/error.h"
#include "bus/syscalls.h"

namespace reflash {

/// The attribute `write_max` of an optoe device: how many bytes of data optoe puts into one write
/// to the module; it cuts longer ones without a word. One byte unless somebody has changed it; a
/// driver without the attribute always writes single bytes.
///
/// It is raised only when the configuration asks for more, at the first write that needs it, and
/// put back at the end. `syscalls` outlives it. Used from one thread at a time.
class OptoeWriteMax {
 public:
  static constexpr std::size_t kLargest = 128;

  /// Reads the attribute at `path`. `wanted` is what the configuration asks for, in bytes of data.
  /// Errors: those of errno; kRwError when the attribute holds no number.
  static Result<OptoeWriteMax> Open(Syscalls& syscalls, std::string path,
                                    std::optional<std::size_t> wanted);

  OptoeWriteMax(OptoeWriteMax&& other) noexcept;
  OptoeWriteMax& operator=(OptoeWriteMax&&) = delete;
  OptoeWriteMax(const OptoeWriteMax&) = delete;
  OptoeWriteMax& operator=(const OptoeWriteMax&) = delete;
  ~OptoeWriteMax();

  /// The longest write in bytes of data, 1 to kLargest.
  [[nodiscard]] std::size_t limit_bytes() const { return limit_bytes_; }

  /// Makes sure that optoe will not cut a write of `count` bytes: a command that is meant to
  /// arrive as one write would otherwise start before all of it is there. Does not touch the bus.
  /// Errors: kRwError when the attribute was lowered by somebody else, and we did not set it;
  /// those of errno.
  Result<void> Provide(std::size_t count);

 private:
  OptoeWriteMax(Syscalls& syscalls, std::string path, std::size_t limit, bool may_raise);

  Result<void> Set(std::size_t bytes);

  Syscalls* syscalls_;
  std::string path_;
  std::size_t limit_bytes_;
  bool may_raise_;
  std::optional<std::size_t> before_;  ///< what it was, once we have raised it
};

}  // namespace reflash
