// SPDX-License-Identifier: Apache-2.0
#include "base/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "base/bytes.h"
#include "base/errno_error.h"
#include "base/input_file.h"

namespace reflash {
namespace {

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

Error SystemError(std::string_view doing, const std::filesystem::path& path) {
  return ErrorFromErrno(errno, fmt::format("cannot {} {}", doing, path.string()));
}

/// Brings the entries of a directory to the disk.
Result<void> SyncDirectory(const std::filesystem::path& path) {
  const UniqueFd directory(::open(path.c_str(), kDirectoryFlags));
  if (!directory.valid() || ::fsync(directory.get()) != 0) return Fail(SystemError("sync", path));
  return {};
}

Result<void> CreateWithParents(const std::filesystem::path& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0) return SyncDirectory(path.parent_path());
  if (errno == EEXIST) return {};
  if (errno != ENOENT || !path.has_relative_path()) return Fail(SystemError("create", path));
  REFLASH_TRY_VOID(CreateWithParents(path.parent_path(), mode));
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    return Fail(SystemError("create", path));
  }
  return SyncDirectory(path.parent_path());
}

/// Without a slash at the end, which would make the system follow a symbolic link before it.
std::filesystem::path Normal(const std::filesystem::path& path) {
  const std::filesystem::path normal = std::filesystem::absolute(path).lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

/// A name that no other process and no other thread uses at the same time.
Result<std::string> TemporaryName(std::string_view name) {
  std::uint64_t random = 0;
  if (::getrandom(&random, sizeof random, 0) != static_cast<ssize_t>(sizeof random)) {
    return Fail(ErrorFromErrno(errno, "cannot get random bytes"));
  }
  return fmt::format(".{}.{:016x}", name, random);
}

bool WriteAll(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) content.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

Result<Directory> Directory::OpenOrCreate(const std::filesystem::path& path, mode_t mode,
                                          mode_t widest_mode) {
  if (path.empty()) return Fail(ErrorCode::kInvalidArgument, "a directory without a name");
  const std::filesystem::path normal = Normal(path);
  UniqueFd descriptor(::open(normal.c_str(), kDirectoryFlags | O_NOFOLLOW));
  if (!descriptor.valid() && errno == ENOENT) {
    REFLASH_TRY_VOID(CreateWithParents(normal, mode));
    descriptor = UniqueFd(::open(normal.c_str(), kDirectoryFlags | O_NOFOLLOW));
  }
  if (!descriptor.valid()) return Fail(SystemError("open the directory", normal));
  Directory directory(std::move(descriptor), normal);
  REFLASH_TRY_VOID(directory.CheckOwner(widest_mode));
  return directory;
}

Result<void> Directory::CheckOwner(mode_t widest_mode) const {
  struct stat status{};
  if (::fstat(descriptor(), &status) != 0) return Fail(SystemError("look at", path_));
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    return Fail(ErrorCode::kPermission, "the directory {} belongs to user {}, not to user {}",
                path_.string(), status.st_uid, ::geteuid());
  }
  const mode_t mode = status.st_mode & 0777U;
  if ((mode & ~widest_mode) != 0) {
    return Fail(ErrorCode::kPermission,
                "the directory {} has mode {:04o}, which allows others more than {:04o} does",
                path_.string(), mode, widest_mode);
  }
  return {};
}

Result<std::optional<std::string>> Directory::ReadFile(const std::string& name,
                                                       std::size_t limit_bytes) const {
  Result<InputFile> file = InputFile::OpenIn(descriptor(), name, PathOf(name));
  if (!file && file.error().code() == ErrorCode::kNotFound) return std::nullopt;
  if (!file) return Fail(std::move(file).error());
  return REFLASH_TRY(file->ReadText(limit_bytes));
}

Result<void> Directory::ReplaceFile(const std::string& name, std::string_view content,
                                    Durability durability) const {
  const std::string temporary = REFLASH_TRY(TemporaryName(name));
  Result<void> written = WriteNewFile(temporary, content, durability);
  if (written && ::renameat(descriptor(), temporary.c_str(), descriptor(), name.c_str()) != 0) {
    written = Fail(SystemError("replace", PathOf(name)));
  }
  if (!written) {
    ::unlinkat(descriptor(), temporary.c_str(), 0);
    return written;
  }
  return durability == Durability::kPower ? Sync() : Result<void>();
}

Result<void> Directory::WriteNewFile(const std::string& name, std::string_view content,
                                     Durability durability) const {
  const UniqueFd file(::openat(descriptor(), name.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  const bool written = file.valid() && WriteAll(file.get(), content) &&
                       (durability != Durability::kPower || ::fsync(file.get()) == 0);
  if (!written) return Fail(SystemError("write", PathOf(name)));
  return {};
}

Result<void> Directory::RemoveFile(const std::string& name) const {
  if (::unlinkat(descriptor(), name.c_str(), 0) != 0 && errno != ENOENT) {
    return Fail(SystemError("remove", PathOf(name)));
  }
  return Sync();
}

Result<void> Directory::Sync() const {
  if (::fsync(descriptor()) != 0) return Fail(SystemError("sync", path_));
  return {};
}

Result<std::vector<std::string>> Directory::Names() const {
  // A description of its own, since the place in the directory is a part of it.
  const int again = ::openat(descriptor(), ".", kDirectoryFlags);
  if (again < 0) return Fail(SystemError("list", path_));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(again), ::closedir);
  if (stream == nullptr) {
    ::close(again);
    return Fail(SystemError("list", path_));
  }
  std::vector<std::string> names;
  while (true) {
    errno = 0;
    const dirent* const entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) return Fail(SystemError("list", path_));
    if (entry == nullptr) break;
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace reflash
