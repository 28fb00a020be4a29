// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/unique_fd.h"

namespace reflash {

/// A regular file, open for reading. What else may stand under a name (a FIFO that nobody writes
/// to, a device, a directory) is refused without waiting for it and without reading from it.
/// Every Error names the file.
class InputFile {
 public:
  /// Opens the file at `path`; symbolic links are followed.
  /// Errors: kNotFound, kPermission; kInvalidArgument for anything that is not a regular file; any
  /// other as errno has it.
  static Result<InputFile> Open(const std::filesystem::path& path);

  /// Opens the file `name` of the open directory `directory`; a symbolic link is refused.
  /// `path` is what errors call it. Errors: as above.
  static Result<InputFile> OpenIn(int directory, const std::string& name,
                                  const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// For locks and the like; it stays owned by this object.
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

  /// The size it had when it was opened.
  [[nodiscard]] std::uint64_t size_bytes() const {
    return static_cast<std::uint64_t>(opened_as_.st_size);
  }

  /// Reads the next bytes into `buffer` and returns how many: fewer than asked only at the end of
  /// the file. Errors: kRwError and others of errno.
  Result<std::size_t> Read(std::span<std::byte> buffer);

  /// Reads all that follows as text; meant for small files.
  /// Errors: kInvalidSize for more than `limit_bytes`; those of Read.
  Result<std::string> ReadText(std::size_t limit_bytes);

  /// Whether size, time of modification and time of change are still those it was opened with. Two
  /// changes within one tick of the file system's clock (some milliseconds) look like one.
  [[nodiscard]] Result<bool> IsUnchanged() const;

 private:
  InputFile(UniqueFd descriptor, std::filesystem::path path, const struct stat& opened_as)
      : descriptor_(std::move(descriptor)), path_(std::move(path)), opened_as_(opened_as) {}

  static Result<InputFile> Check(UniqueFd descriptor, const std::filesystem::path& path);

  UniqueFd descriptor_;
  std::filesystem::path path_;
  struct stat opened_as_;
};

}  // namespace reflash
