// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>

#include "async/real_scheduler.h"
#include "async/task_group.h"
#include "base/unique_fd.h"
#include "emu/lab.h"
#include "emu/lab_protocol.h"

namespace reflash::emu {

/// Offers a lab on a Unix socket, to any number of clients. The socket file is there as long as
/// the server.
class LabServer {
 public:
  /// Listens at `path`; from then on clients can connect, and are served while Serve runs. The
  /// socket that a dead server left is replaced.
  /// Errors: kBusy when another server listens there, or something that is no socket stands there;
  /// kInvalidArgument when the path is too long for a socket; else those of the system.
  static Result<std::unique_ptr<LabServer>> Open(RealScheduler& scheduler, Lab& lab,
                                                 const std::filesystem::path& path);
  LabServer(const LabServer&) = delete;
  LabServer& operator=(const LabServer&) = delete;
  ~LabServer();

  /// Serves until `stop` is requested and every client has been let go.
  /// Errors: kRwError when no more clients can be accepted.
  Task<void> Serve(std::stop_token stop);

 private:
  LabServer(RealScheduler& scheduler, Lab& lab, std::filesystem::path path, UniqueFd listener);

  Task<void> AcceptClients(std::stop_token stop);
  Task<void> ServeClient(UniqueFd client, std::stop_token stop);

  RealScheduler& scheduler_;
  LabProtocol protocol_;
  std::filesystem::path path_;
  UniqueFd listener_;
  TaskGroup sessions_;
};

}  // namespace reflash::emu
