// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "base/bytes.h"
#include "base/error.h"
#include "base/unique_fd.h"

namespace reflash {

/// Memory that was filled once and can be changed by nobody since: not by this process, not by one
/// it is shared with, not through the file it was copied from. It is a memfd with all seals,
/// mapped read-only.
class SealedMemory {
 public:
  /// Fills the buffer with the next bytes and returns how many; fewer than fit is the end.
  using Source = std::function<Result<std::size_t>(std::span<std::byte> buffer)>;

  /// Copies everything that `source` yields.
  /// Errors: those of `source`; those of errno when there is no memory (kRwError).
  static Result<SealedMemory> Fill(const Source& source);

  SealedMemory(SealedMemory&& other) noexcept;
  SealedMemory& operator=(SealedMemory&&) = delete;
  SealedMemory(const SealedMemory&) = delete;
  SealedMemory& operator=(const SealedMemory&) = delete;
  ~SealedMemory();

  /// Valid as long as this object.
  [[nodiscard]] ByteView bytes() const { return bytes_; }
  /// The memfd itself, which shows that it is sealed.
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

 private:
  SealedMemory(UniqueFd descriptor, ByteView bytes);

  UniqueFd descriptor_;
  ByteView bytes_;
};

}  // namespace reflash
