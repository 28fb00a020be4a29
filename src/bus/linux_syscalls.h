// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bus/syscalls.h"

namespace reflash {

/// The real thing. Has no state.
class LinuxSyscalls : public Syscalls {
 public:
  OrErrno<int> Open(const std::string& path, int flags) override;
  void Close(int descriptor) override;
  OrErrno<int> Ioctl(int descriptor, unsigned long request, void* argument) override;
  OrErrno<FileStatus> Status(const std::string& path) override;
  OrErrno<std::string> RealPath(const std::string& path) override;
  OrErrno<std::string> ReadSmallFile(const std::string& path) override;
};

}  // namespace reflash
