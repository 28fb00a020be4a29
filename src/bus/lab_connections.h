// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "async/real_scheduler.h"
#include "bus/lab_connection.h"
#include "bus/syscalls.h"

namespace reflash {

/// The labs that this process is connected to, one connection each, whatever path leads there.
/// A connection lasts as long as a port uses it.
class LabConnections {
 public:
  LabConnections(RealScheduler& scheduler, Syscalls& syscalls)
      : scheduler_(scheduler), syscalls_(syscalls) {}

  /// The connection to the lab at `path`; a new one if there is none, or if it was lost.
  /// Errors: those of LabConnection::Identify and LabConnection::Open.
  Result<std::shared_ptr<LabConnection>> To(const std::string& path);

 private:
  RealScheduler& scheduler_;
  Syscalls& syscalls_;
  std::map<std::string, std::weak_ptr<LabConnection>> by_identity_;
};

}  // namespace reflash
