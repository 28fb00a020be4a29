// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/input_file.h"
#include "bus/recorded_transfer.h"

namespace reflash {

/// Reads a recording line by line, which may hold anything. It keeps a line at most, since
/// recordings can be large. Every Error names the file and the line.
class RecordingReader {
 public:
  static constexpr std::size_t kLongestLine = std::size_t{1} << 20U;

  /// Opens the file and reads its first line.
  /// Errors: kInvalidArgument when it is no recording, or cannot be opened.
  static Result<RecordingReader> Open(const std::filesystem::path& path);

  [[nodiscard]] const RecordingHeader& header() const { return header_; }
  /// Where the last line stands, for errors: "swp1.jsonl:17".
  [[nodiscard]] std::string Place() const;

  /// The next transfer; nothing at the end.
  /// Errors: kInvalidArgument for a line that is no transfer, is too long, or is cut off.
  Result<std::optional<RecordedTransfer>> Next();

 private:
  explicit RecordingReader(InputFile file) : file_(std::move(file)) {}

  Result<std::optional<std::string>> NextLine();
  Result<bool> ReadMore();
  [[nodiscard]] std::unexpected<Error> BadLine(Error reason) const;

  InputFile file_;
  RecordingHeader header_;
  std::string text_;       ///< read and not yet given
  std::size_t begin_ = 0;  ///< of the next line in text_
  std::size_t line_ = 0;
};

}  // namespace reflash
