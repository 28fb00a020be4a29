// SPDX-License-Identifier: Apache-2.0
#include "base/temporary_directory.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace reflash {

Result<TemporaryDirectory> TemporaryDirectory::Make(const std::filesystem::path& parent) {
  std::string name = parent / "reflash-XXXXXX";
  if (::mkdtemp(name.data()) != nullptr) return TemporaryDirectory(name);
  return Fail(ErrorCode::kRwError, "cannot make a temporary directory {}", name);
}

TemporaryDirectory::TemporaryDirectory() : TemporaryDirectory(Make().value()) {}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryDirectory::Write(std::string_view name,
                                                std::string_view content) const {
  std::filesystem::path path = path_ / name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

std::string TemporaryDirectory::Read(std::string_view name) const {
  std::ifstream file(path_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace reflash
