// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "async/mutex.h"
#include "async/real_scheduler.h"
#include "async/task.h"
#include "async/waiting_line.h"
#include "bus/i2c_port.h"
#include "bus/lab_messages.h"
#include "bus/lab_socket.h"
#include "bus/platform_facility.h"
#include "bus/syscalls.h"

namespace reflash {

/// A connection to a lab: emulated hardware in another process (the protocol stands in
/// INTERFACES.md, "Lab socket"). Shared by all ports of that lab in this process; requests carry
/// ids, replies come in any order. Nothing that the lab sends is trusted.
///
/// There is no reading Task that would have to be stopped: of the Tasks that wait for a reply, one
/// reads for all, and hands that duty on when its own reply has come. So while nobody waits,
/// nothing runs, and the connection is closed by letting go of it.
///
/// A connection that was lost stays lost, even when a new lab listens at the same path: that is
/// other hardware, in other states than the jobs under way believe. The next command connects anew.
class LabConnection {
 public:
  /// How long a lab may take to answer: far longer than any transaction.
  static constexpr std::chrono::seconds kReplyTime{30};

  /// What names the lab at `path` for every process, by whatever path it is reached:
  /// "lab:65024:1234", the device and inode of the socket.
  /// Errors: kNotFound when there is no such file; kPermission.
  static Result<std::string> Identify(Syscalls& syscalls, const std::string& path);

  /// Connects to the lab at `path`; `identity` is what Identify said about it.
  /// Errors: those of LabSocket::Connect.
  static Result<std::shared_ptr<LabConnection>> Open(RealScheduler& scheduler, std::string path,
                                                     std::string identity);

  LabConnection(const LabConnection&) = delete;
  LabConnection& operator=(const LabConnection&) = delete;
  ~LabConnection() = default;

  /// One transaction on a port. `port` and `messages` live until the Task has ended.
  /// Errors: kNotFound when the lab has no such port or went away; kTimeout when it does not
  /// answer; kRwError when it reports an error or breaks the protocol. A line that belongs to no
  /// request loses the connection for everybody.
  Task<I2cReply> Transfer(std::string_view port, std::span<const I2cMessage> messages);

  /// Accesses to the registers of a card, in one request; what those gave that read. Otherwise as
  /// above.
  Task<std::vector<LabValue>> Access(std::string_view port, std::span<const LabAccess> accesses);

  /// A call to the platform of an adapter; `list` and its buffers live until the Task has ended.
  /// Otherwise as above.
  Task<FacilityReply> Call(std::string_view port, FacilityOperation operation, std::uint64_t token,
                           std::span<const ByteView> list);

  /// See Identify.
  [[nodiscard]] const std::string& identity() const { return identity_; }
  /// Whether every further transfer would fail.
  [[nodiscard]] bool lost() const { return lost_.has_value(); }

 private:
  /// A request that waits for its reply, known to the connection from its begin to its end.
  class Request;

  LabConnection(RealScheduler& scheduler, LabSocket socket, std::string path, std::string identity);

  /// Sends the line of a request and waits for its answer.
  Task<LabReply::Answer> Exchange(Request& request, std::string line);
  Task<void> Send(std::string line, std::stop_token stop);
  Task<void> AwaitReply(Request& request, std::stop_token stop);
  Task<void> ReadUntilAnswered(Request& request, std::stop_token stop);
  void HandOnReading();
  void Deliver(std::string_view line);
  void Lose(Error why);
  [[nodiscard]] Error TimedOut() const;

  RealScheduler& scheduler_;
  LabSocket socket_;
  std::string path_;
  std::string identity_;
  Mutex sending_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, Request*> requests_;
  std::set<std::uint64_t> abandoned_;  ///< timed out; their replies may still come
  bool reading_ = false;
  std::optional<Error> lost_;
};

}  // namespace reflash
