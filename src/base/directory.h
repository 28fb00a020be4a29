// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"

namespace reflash {

/// An open directory of small files that several processes share. Files are reached through the
/// open descriptor and never through a symbolic link, so nobody can redirect us after the
/// directory was checked. A name is one component, without a slash. Every Error names the file.
class Directory {
 public:
  /// What a file must survive once it was replaced.
  enum class Durability : std::uint8_t {
    kProcess,  ///< the death of this process
    kPower,    ///< also a loss of power: the file and its directory entry are on the disk
  };

  /// Opens the directory at `path`; one that is missing is created with `mode` (less the umask),
  /// and so are its missing parents. It must belong to us or to root, and may allow others than
  /// its owner no more than `widest_mode` does.
  /// Errors: kPermission where that does not hold or the system forbids it; kNotFound when a
  /// parent is not a directory; kInvalidArgument for an empty path.
  static Result<Directory> OpenOrCreate(const std::filesystem::path& path, mode_t mode,
                                        mode_t widest_mode);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }
  /// Where the file `name` is, for errors.
  [[nodiscard]] std::filesystem::path PathOf(std::string_view name) const { return path_ / name; }

  /// The content of a file; nothing when there is no such file.
  /// Errors: kInvalidSize for more than `limit_bytes`; kInvalidArgument for anything that is not a
  /// regular file; others of errno.
  [[nodiscard]] Result<std::optional<std::string>> ReadFile(const std::string& name,
                                                            std::size_t limit_bytes) const;

  /// Puts `content` under `name` (mode 0644, less the umask), in one step for every reader: each
  /// sees the old content or the new one, whole. A crash can leave a hidden file behind that
  /// nobody reads. Errors: those of errno.
  [[nodiscard]] Result<void> ReplaceFile(const std::string& name, std::string_view content,
                                         Durability durability) const;

  /// Removes a file for good, also across a loss of power; a missing one is fine.
  [[nodiscard]] Result<void> RemoveFile(const std::string& name) const;

  /// The names in it, sorted, without hidden ones.
  [[nodiscard]] Result<std::vector<std::string>> Names() const;

 private:
  Directory(UniqueFd descriptor, std::filesystem::path path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  [[nodiscard]] Result<void> CheckOwner(mode_t widest_mode) const;
  [[nodiscard]] Result<void> WriteNewFile(const std::string& name, std::string_view content,
                                          Durability durability) const;
  [[nodiscard]] Result<void> Sync() const;

  UniqueFd descriptor_;
  std::filesystem::path path_;
};

}  // namespace reflash
