// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bus/syscalls.h"
#include "emu/emulated_bus.h"
#include "emu/emulated_module.h"

namespace reflash::bench {

/// A kernel with I2C adapters whose I2C_RDWR blocks for as long as the bits take on the wire, as
/// that of a real one does. Behind each adapter is one emulated module. An adapter may be used from
/// any one thread at a time.
class BlockingAdapters : public Syscalls {
 public:
  /// `clock` tells the time of std::chrono::steady_clock.
  explicit BlockingAdapters(Scheduler& clock);

  /// Makes /dev/i2c-N, N counted from 0, with a module; returns that path.
  std::string Add(emu::ModuleSettings settings);

  [[nodiscard]] std::size_t count() const { return modules_.size(); }

  OrErrno<int> Open(const std::string& path, int flags) override;
  void Close(int /*descriptor*/) override {}
  OrErrno<int> Ioctl(int descriptor, unsigned long request, void* argument) override;
  OrErrno<FileStatus> Status(const std::string& path) override;
  OrErrno<std::string> RealPath(const std::string& path) override;

  // What a port for i2c-dev does not need.
  OrErrno<std::size_t> ReadAt(int /*descriptor*/, std::uint64_t /*offset*/,
                              std::span<std::byte> /*buffer*/) override {
    return std::unexpected(ENOTSUP);
  }
  OrErrno<std::size_t> WriteAt(int /*descriptor*/, std::uint64_t /*offset*/,
                               ByteView /*data*/) override {
    return std::unexpected(ENOTSUP);
  }
  OrErrno<std::span<std::byte>> Map(int /*descriptor*/, std::size_t /*size*/) override {
    return std::unexpected(ENOTSUP);
  }
  void Unmap(std::span<std::byte> /*mapped*/) override {}
  OrErrno<std::string> ReadSmallFile(const std::string& /*path*/) override {
    return std::unexpected(ENOENT);
  }
  OrErrno<void> WriteSmallFile(const std::string& /*path*/,
                               std::string_view /*contents*/) override {
    return std::unexpected(ENOENT);
  }
  OrErrno<std::vector<std::string>> ListDirectory(const std::string& /*path*/) override {
    return std::unexpected(ENOENT);
  }

 private:
  OrErrno<int> Transfer(emu::EmulatedModule& module, std::span<const I2cMessage> messages,
                        Bytes& received);

  Scheduler& clock_;
  emu::EmulatedBus wire_;  ///< only asked how long things take
  std::deque<emu::EmulatedModule> modules_;
};

}  // namespace reflash::bench
