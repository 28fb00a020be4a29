// SPDX-License-Identifier: Apache-2.0
#include "bus/linux_syscalls.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/unique_fd.h"

namespace reflash {
namespace {

constexpr std::size_t kSmallFileBytes = 4096;

/// What a call returned, or errno when that was negative.
OrErrno<int> Returned(int value) {
  if (value < 0) return std::unexpected(errno);
  return value;
}

}  // namespace

OrErrno<int> LinuxSyscalls::Open(const std::string& path, int flags) {
  return Returned(::open(path.c_str(), flags | O_CLOEXEC));
}

void LinuxSyscalls::Close(int descriptor) { ::close(descriptor); }

OrErrno<int> LinuxSyscalls::Ioctl(int descriptor, unsigned long request, void* argument) {
  return Returned(::ioctl(descriptor, request, argument));
}

OrErrno<FileStatus> LinuxSyscalls::Status(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return std::unexpected(errno);
  return FileStatus{.device = status.st_dev,
                    .inode = status.st_ino,
                    .is_character_device = S_ISCHR(status.st_mode),
                    .character_device = status.st_rdev};
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
  const ssize_t count = ::read(descriptor.get(), contents.data(), contents.size());
  if (count < 0) return std::unexpected(errno);
  contents.resize(static_cast<std::size_t>(count));
  return contents;
}

}  // namespace reflash
