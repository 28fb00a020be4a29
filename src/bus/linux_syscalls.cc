// SPDX-License-Identifier: Apache-2.0
#include "bus/linux_syscalls.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>

#include "base/unique_fd.h"

namespace reflash {
namespace {

constexpr std::size_t kSmallFileBytes = 4096;

/// What a call returned, or errno when that was negative.
OrErrno<int> Returned(int value) {
  if (value < 0) return std::unexpected(errno);
  return value;
}

/// The same for a count of bytes.
OrErrno<std::size_t> Counted(ssize_t count) {
  if (count < 0) return std::unexpected(errno);
  return static_cast<std::size_t>(count);
}

}  // namespace

OrErrno<int> LinuxSyscalls::Open(const std::string& path, int flags) {
  return Returned(::open(path.c_str(), flags | O_CLOEXEC));
}

void LinuxSyscalls::Close(int descriptor) { ::close(descriptor); }

OrErrno<int> LinuxSyscalls::Ioctl(int descriptor, unsigned long request, void* argument) {
  return Returned(::ioctl(descriptor, request, argument));
}

OrErrno<std::size_t> LinuxSyscalls::ReadAt(int descriptor, std::uint64_t offset,
                                           std::span<std::byte> buffer) {
  return Counted(::pread(descriptor, buffer.data(), buffer.size(), static_cast<off_t>(offset)));
}

OrErrno<std::size_t> LinuxSyscalls::WriteAt(int descriptor, std::uint64_t offset, ByteView data) {
  return Counted(::pwrite(descriptor, data.data(), data.size(), static_cast<off_t>(offset)));
}

OrErrno<std::span<std::byte>> LinuxSyscalls::Map(int descriptor, std::size_t size) {
  void* const address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (address == MAP_FAILED) return std::unexpected(errno);
  return std::span(static_cast<std::byte*>(address), size);
}

void LinuxSyscalls::Unmap(std::span<std::byte> mapped) { ::munmap(mapped.data(), mapped.size()); }

OrErrno<FileStatus> LinuxSyscalls::Status(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return std::unexpected(errno);
  return FileStatus{.device = status.st_dev,
                    .inode = status.st_ino,
                    .is_character_device = S_ISCHR(status.st_mode),
                    .character_device = status.st_rdev,
                    .size = static_cast<std::uint64_t>(status.st_size)};
}

OrErrno<std::string> LinuxSyscalls::RealPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  if (!real) return std::unexpected(errno);
  return std::string(real.get());
}

OrErrno<std::string> LinuxSyscalls::ReadSmallFile(const std::string& path) {
  const OrErrno<int> opened = Open(path, O_RDONLY);
  if (!opened) return std::unexpected(opened.error());
  const UniqueFd descriptor(*opened);
  std::string contents(kSmallFileBytes, '\0');
  const OrErrno<std::size_t> count =
      Counted(::read(descriptor.get(), contents.data(), contents.size()));
  if (!count) return std::unexpected(count.error());
  contents.resize(*count);
  return contents;
}

OrErrno<void> LinuxSyscalls::WriteSmallFile(const std::string& path, std::string_view contents) {
  const OrErrno<int> opened = Open(path, O_WRONLY);
  if (!opened) return std::unexpected(opened.error());
  const UniqueFd descriptor(*opened);
  const OrErrno<std::size_t> count =
      Counted(::write(descriptor.get(), contents.data(), contents.size()));
  if (!count) return std::unexpected(count.error());
  if (*count != contents.size()) return std::unexpected(EIO);
  return {};
}

OrErrno<std::vector<std::string>> LinuxSyscalls::ListDirectory(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(path, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename());
  }
  if (error) return std::unexpected(error.value());
  std::ranges::sort(names);
  return names;
}

}  // namespace reflash
