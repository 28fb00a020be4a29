// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace reflash::emu {

/// Which bytes of an image have been written: ranges that neither overlap nor touch, in order.
class ByteRanges {
 public:
  void Clear() { ranges_.clear(); }

  /// Adds the bytes from `begin` up to but not including `end`.
  void Add(std::size_t begin, std::size_t end) {
    if (begin >= end) return;
    const auto first = std::ranges::lower_bound(ranges_, begin, {}, &Range::end);
    auto last = first;
    while (last != ranges_.end() && last->begin <= end) {
      begin = std::min(begin, last->begin);
      end = std::max(end, last->end);
      ++last;
    }
    ranges_.insert(ranges_.erase(first, last), Range{begin, end});
  }

  /// Whether the bytes from 0 up to `end` were all written.
  [[nodiscard]] bool Covers(std::size_t end) const {
    return end == 0 || (!ranges_.empty() && ranges_[0].begin == 0 && ranges_[0].end >= end);
  }

 private:
  struct Range {
    std::size_t begin;
    std::size_t end;
  };

  std::vector<Range> ranges_;
};

}  // namespace reflash::emu
