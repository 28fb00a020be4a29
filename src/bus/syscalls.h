// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace reflash {

/// A T, or the errno value of the call that failed.
template <class T>
using OrErrno = std::expected<T, int>;

/// What the file system says about a file, after following links.
struct FileStatus {
  dev_t device = 0;  ///< the file system it lives on
  ino_t inode = 0;   ///< its number there
  bool is_character_device = false;
  dev_t character_device = 0;  ///< which one, if it is one
  std::uint64_t size = 0;      ///< in bytes, where a size makes sense
};

/// The road of this room to the kernel: everything about adapters and interfaces goes through
/// here, so that tests can put a kernel of their own in its place. (Only the lab's socket, which
/// is the same for real and in tests, does not.) Implementations may be called from several
/// threads at once.
class Syscalls {
 public:
  Syscalls() = default;
  Syscalls(const Syscalls&) = delete;
  Syscalls& operator=(const Syscalls&) = delete;
  virtual ~Syscalls() = default;

  /// open(2); the descriptor is closed on exec.
  virtual OrErrno<int> Open(const std::string& path, int flags) = 0;
  virtual void Close(int descriptor) = 0;
  /// ioctl(2): what it returned, if that was not negative. `argument` is what `request` says.
  virtual OrErrno<int> Ioctl(int descriptor, unsigned long request, void* argument) = 0;

  /// pread(2): how many bytes were read, 0 at the end of the file.
  virtual OrErrno<std::size_t> ReadAt(int descriptor, std::uint64_t offset,
                                      std::span<std::byte> buffer) = 0;
  /// pwrite(2): how many bytes were written.
  virtual OrErrno<std::size_t> WriteAt(int descriptor, std::uint64_t offset, ByteView data) = 0;

  /// mmap(2) of `size` bytes of a file from its beginning, shared, to read and write.
  virtual OrErrno<std::span<std::byte>> Map(int descriptor, std::size_t size) = 0;
  /// munmap(2) of what Map gave.
  virtual void Unmap(std::span<std::byte> mapped) = 0;

  /// stat(2).
  virtual OrErrno<FileStatus> Status(const std::string& path) = 0;
  /// realpath(3): the absolute path without links.
  virtual OrErrno<std::string> RealPath(const std::string& path) = 0;
  /// The contents of a small file, such as an attribute in sysfs; at most 4096 bytes of it.
  virtual OrErrno<std::string> ReadSmallFile(const std::string& path) = 0;
  /// Writes an attribute in sysfs: `contents` in one write, or EIO when it takes only a part.
  virtual OrErrno<void> WriteSmallFile(const std::string& path, std::string_view contents) = 0;
  /// The names in a directory, sorted, without "." and "..".
  virtual OrErrno<std::vector<std::string>> ListDirectory(const std::string& path) = 0;
};

}  // namespace reflash
