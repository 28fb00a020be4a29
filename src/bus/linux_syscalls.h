// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bus/syscalls.h"

namespace reflash {

/// The real thing. Has no state.
class LinuxSyscalls : public Syscalls {
 public:
  OrErrno<int> Open(const std::string& path, int flags) override;
  void Close(int descriptor) override;
  OrErrno<int> Ioctl(int descriptor, unsigned long request, void* argument) override;
  OrErrno<std::size_t> ReadAt(int descriptor, std::uint64_t offset,
                              std::span<std::byte> buffer) override;
  OrErrno<std::size_t> WriteAt(int descriptor, std::uint64_t offset, ByteView data) override;
  OrErrno<std::span<std::byte>> Map(int descriptor, std::size_t size) override;
  void Unmap(std::span<std::byte> mapped) override;
  OrErrno<FileStatus> Status(const std::string& path) override;
  OrErrno<std::string> RealPath(const std::string& path) override;
  OrErrno<std::string> ReadSmallFile(const std::string& path) override;
  OrErrno<void> WriteSmallFile(const std::string& path, std::string_view contents) override;
  OrErrno<std::vector<std::string>> ListDirectory(const std::string& path) override;
};

}  // namespace reflash
