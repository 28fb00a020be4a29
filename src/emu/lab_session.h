// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <stop_token>
#include <string>
#include <string_view>

#include "async/mutex.h"
#include "async/real_scheduler.h"
#include "async/task_group.h"
#include "async/waiting_line.h"
#include "base/unique_fd.h"
#include "emu/lab_protocol.h"
#include "emu/line_buffer.h"

namespace reflash::emu {

/// One client of the lab socket. Requests for different ports are carried out side by side, those
/// for one port in the order in which they came. A client that does not read its replies is not
/// read from either, and holds up nobody else.
class LabSession {
 public:
  /// `socket` is a connected, non-blocking stream socket. The references outlive the session.
  LabSession(RealScheduler& scheduler, LabProtocol& protocol, UniqueFd socket);

  /// Serves until the client has closed the connection and has all its replies, or is gone, or
  /// `stop` is requested. Errors: none.
  Task<void> Serve(std::stop_token stop);

 private:
  static constexpr std::size_t kLongestLine = 3U << 20U;  // an hcall with a full list
  static constexpr std::size_t kMostAtOnce = 256;

  Task<void> ReadRequests(std::stop_token stop);
  Task<void> BeginAnswers(std::stop_token stop);
  Task<void> Answer(LabRequest request, std::stop_token stop);
  Task<void> Send(std::string line, std::stop_token stop);
  Mutex& OrderOf(std::string_view port);
  void GiveUp();

  RealScheduler& scheduler_;
  LabProtocol& protocol_;
  UniqueFd socket_;
  LineBuffer lines_{kLongestLine};
  TaskGroup answers_;
  WaitingLine answered_;
  Mutex sending_;
  std::map<std::string, Mutex, std::less<>> order_;
  bool gone_ = false;
};

}  // namespace reflash::emu
