// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "figure.h"

namespace reflash::bench {

/// Prints figures on standard output as they are measured.
class Report {
 public:
  enum class Format : std::uint8_t { kTable, kJson };

  explicit Report(Format format) : format_(format) {}

  void Add(const Figure& figure);
  /// The last line of a table: how many targets were met.
  void Finish() const;

 private:
  Format format_;
  bool began_ = false;
  std::size_t targets_ = 0;
  std::size_t missed_ = 0;
};

}  // namespace reflash::bench
