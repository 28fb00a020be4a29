// SPDX-License-Identifier: Apache-2.0
#include "base/input_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "base/errno_error.h"

namespace reflash {
namespace {

// O_NONBLOCK: a FIFO would be waited for until somebody writes to it.
constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

struct FileKind {
  mode_t type;
  std::string_view words;
};

constexpr std::array kFileKinds{
    FileKind{S_IFDIR, "a directory"}, FileKind{S_IFIFO, "a FIFO"},    FileKind{S_IFCHR, "a device"},
    FileKind{S_IFBLK, "a device"},    FileKind{S_IFSOCK, "a socket"},
};

std::string_view KindWords(mode_t mode) {
  const auto* const found = std::ranges::find(kFileKinds, mode & S_IFMT, &FileKind::type);
  return found == kFileKinds.end() ? "something else" : found->words;
}

bool SameTime(const timespec& left, const timespec& right) {
  return left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec;
}

}  // namespace

Result<InputFile> InputFile::Open(const std::filesystem::path& path) {
  return Check(UniqueFd(::open(path.c_str(), kOpenFlags)), path);
}

Result<InputFile> InputFile::OpenIn(int directory, const std::string& name,
                                    const std::filesystem::path& path) {
  return Check(UniqueFd(::openat(directory, name.c_str(), kOpenFlags | O_NOFOLLOW)), path);
}

Result<InputFile> InputFile::Check(UniqueFd descriptor, const std::filesystem::path& path) {
  struct stat status{};
  if (!descriptor.valid() && errno == ELOOP) {
    return Fail(ErrorCode::kInvalidArgument, "{} is a symbolic link, not a regular file",
                path.string());
  }
  if (!descriptor.valid() || ::fstat(descriptor.get(), &status) != 0) {
    return Fail(ErrorFromErrno(errno, fmt::format("cannot open {}", path.string())));
  }
  if (!S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::kInvalidArgument, "{} is {}, not a regular file", path.string(),
                KindWords(status.st_mode));
  }
  return InputFile(std::move(descriptor), path, status);
}

Result<std::size_t> InputFile::Read(std::span<std::byte> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t count = ::read(descriptor_.get(), buffer.data() + filled, buffer.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return Fail(ErrorFromErrno(errno, fmt::format("cannot read {}", path_.string())));
    }
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

Result<std::string> InputFile::ReadText(std::size_t limit_bytes) {
  std::string text(limit_bytes + 1, '\0');
  const std::size_t count = REFLASH_TRY(Read(std::as_writable_bytes(std::span(text))));
  if (count > limit_bytes) {
    return Fail(ErrorCode::kInvalidSize, "{} has more than {} bytes", path_.string(), limit_bytes);
  }
  text.resize(count);
  return text;
}

Result<bool> InputFile::IsUnchanged() const {
  struct stat now{};
  if (::fstat(descriptor_.get(), &now) != 0) {
    return Fail(ErrorFromErrno(errno, fmt::format("cannot look at {}", path_.string())));
  }
  return now.st_size == opened_as_.st_size && SameTime(now.st_mtim, opened_as_.st_mtim) &&
         SameTime(now.st_ctim, opened_as_.st_ctim);
}

}  // namespace reflash
