// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace reflash {

/// An empty directory that nobody else has, removed with all that is in it at the end.
class TemporaryDirectory {
 public:
  /// Errors: kRwError when none can be made in `parent`.
  static Result<TemporaryDirectory> Make(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path());

  /// One for a test, which ends the program when it cannot be made.
  TemporaryDirectory();
  TemporaryDirectory(TemporaryDirectory&& other) noexcept;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }

  /// Writes a file and returns its path.
  [[nodiscard]] std::filesystem::path Write(std::string_view name, std::string_view content) const;
  [[nodiscard]] std::string Read(std::string_view name) const;

 private:
  explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace reflash
