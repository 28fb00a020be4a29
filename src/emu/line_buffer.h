// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace reflash::emu {

/// Makes lines of the pieces in which a stream arrives. A line that is longer than `longest` bytes
/// is an Error, once, and its bytes are dropped as they come.
class LineBuffer {
 public:
  explicit LineBuffer(std::size_t longest) : longest_(longest) {}

  void Add(std::string_view piece) { text_.append(piece); }

  /// The next whole line, without its line feed; nothing when more has to come first.
  /// Errors: kInvalidArgument for a line that is too long.
  std::optional<Result<std::string>> TakeLine() {
    const std::size_t end = text_.find('\n', begin_);
    const bool whole = end != std::string::npos;
    const std::size_t length = (whole ? end : text_.size()) - begin_;
    if (dropping_ || length > longest_) return Drop(whole, length);
    if (!whole) {
      text_.erase(0, begin_);
      begin_ = 0;
      return std::nullopt;
    }
    std::string line = text_.substr(begin_, length);
    begin_ = end + 1;
    return line;
  }

 private:
  std::optional<Result<std::string>> Drop(bool whole, std::size_t length) {
    const bool first = !dropping_;
    begin_ += length + (whole ? 1 : 0);
    text_.erase(0, begin_);
    begin_ = 0;
    dropping_ = !whole;
    if (!first) return whole ? TakeLine() : std::nullopt;
    return Fail(ErrorCode::kInvalidArgument, "a line of more than {} bytes", longest_);
  }

  std::size_t longest_;
  std::string text_;
  std::size_t begin_ = 0;
  bool dropping_ = false;
};

}  // namespace reflash::emu
