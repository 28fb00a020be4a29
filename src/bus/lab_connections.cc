// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_connections.h"

#include <utility>

namespace reflash {

Result<std::shared_ptr<LabConnection>> LabConnections::To(const std::string& path) {
  std::string identity = REFLASH_TRY(LabConnection::Identify(syscalls_, path));
  std::weak_ptr<LabConnection>& known = by_identity_[identity];
  std::shared_ptr<LabConnection> connection = known.lock();
  // A lab that replaced another may have got the same inode.
  if (!connection || connection->lost()) {
    connection = REFLASH_TRY(LabConnection::Open(scheduler_, path, std::move(identity)));
    known = connection;
  }
  return connection;
}

}  // namespace reflash
