// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "bus/syscalls.h"

namespace reflash {

/// An open device node; closed at its end. `syscalls` outlives it.
class DeviceFile {
 public:
  static OrErrno<DeviceFile> Open(Syscalls& syscalls, const std::string& path, int flags) {
    const OrErrno<int> descriptor = syscalls.Open(path, flags);
    if (!descriptor) return std::unexpected(descriptor.error());
    return DeviceFile(syscalls, *descriptor);
  }

  DeviceFile(DeviceFile&& other) noexcept
      : syscalls_(other.syscalls_), descriptor_(std::exchange(other.descriptor_, -1)) {}
  DeviceFile& operator=(DeviceFile&&) = delete;
  DeviceFile(const DeviceFile&) = delete;
  DeviceFile& operator=(const DeviceFile&) = delete;
  ~DeviceFile() {
    if (descriptor_ >= 0) syscalls_->Close(descriptor_);
  }

  /// See Syscalls::Ioctl.
  OrErrno<int> Ioctl(unsigned long request, void* argument) {
    return syscalls_->Ioctl(descriptor_, request, argument);
  }
  /// See Syscalls::Map; what is mapped outlives the file.
  [[nodiscard]] OrErrno<std::span<std::byte>> Map(std::size_t size) const {
    return syscalls_->Map(descriptor_, size);
  }
  /// See Syscalls::ReadAt.
  OrErrno<std::size_t> ReadAt(std::uint64_t offset, std::span<std::byte> buffer) {
    return syscalls_->ReadAt(descriptor_, offset, buffer);
  }
  /// See Syscalls::WriteAt.
  OrErrno<std::size_t> WriteAt(std::uint64_t offset, ByteView data) {
    return syscalls_->WriteAt(descriptor_, offset, data);
  }

 private:
  DeviceFile(Syscalls& syscalls, int descriptor) : syscalls_(&syscalls), descriptor_(descriptor) {}

  Syscalls* syscalls_;
  int descriptor_;
};

}  // namespace reflash
