// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/unique_fd.h"
#include "bus/password_mask.h"
#include "bus/recorded_transfer.h"

namespace reflash {

/// The file that a recording goes to, for one port. Nothing that goes wrong with it disturbs the
/// job that is recorded: the first error ends the recording, and Close tells it. Passwords do not
/// get into it (PasswordMask). Begin comes first, Close last; without Close its destructor writes
/// what is left.
class RecordingFile {
 public:
  /// Creates the file, readable for its owner only, since it holds firmware.
  /// Errors: kInvalidArgument when there is a file of this name, which may be the image; those of
  /// errno.
  static Result<std::unique_ptr<RecordingFile>> Create(const std::filesystem::path& path);

  RecordingFile(const RecordingFile&) = delete;
  RecordingFile& operator=(const RecordingFile&) = delete;
  ~RecordingFile();

  void Begin(const RecordingHeader& header);
  void Add(RecordedTransfer transfer);

  /// Writes what is left and tells what went wrong since the beginning. Once.
  Result<void> Close();

 private:
  RecordingFile(UniqueFd descriptor, std::filesystem::path path);

  void Append(std::string_view line);
  void Flush();

  UniqueFd descriptor_;
  std::filesystem::path path_;
  PasswordMask mask_;
  std::string buffer_;
  std::optional<Error> error_;
};

}  // namespace reflash
