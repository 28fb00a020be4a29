// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_connection.h"

#include <utility>

#include "async/deadline.h"
#include "base/errno_error.h"

namespace reflash {

class LabConnection::Request {
 public:
  explicit Request(LabConnection& connection)
      : connection_(connection), id_(++connection.last_id_), waiting_(connection.scheduler_) {
    connection_.requests_.emplace(id_, this);
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
  ~Request() { connection_.requests_.erase(id_); }

  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] bool answered() const { return answer_.has_value(); }
  Result<LabReply::Answer> TakeAnswer() { return *std::move(answer_); }

  void Answer(Result<LabReply::Answer> answer) {
    answer_ = std::move(answer);
    waiting_.WakeOne();
  }

  /// Waits until something has changed: an answer, the loss of the connection, nobody who reads.
  Task<void> Wait(std::stop_token stop) { return waiting_.Wait(std::move(stop)); }
  /// False when it does not wait.
  bool Wake() { return waiting_.WakeOne(); }

 private:
  LabConnection& connection_;
  std::uint64_t id_;
  WaitingLine waiting_;
  std::optional<Result<LabReply::Answer>> answer_;
};

Result<std::string> LabConnection::Identify(Syscalls& syscalls, const std::string& path) {
  const OrErrno<FileStatus> status = syscalls.Status(path);
  if (!status) {
    return Fail(ErrorFromErrno(status.error(), "cannot connect to the lab at " + path));
  }
  return fmt::format("lab:{}:{}", status->device, status->inode);
}

Result<std::shared_ptr<LabConnection>> LabConnection::Open(RealScheduler& scheduler,
                                                           std::string path, std::string identity) {
  LabSocket socket = REFLASH_TRY(LabSocket::Connect(scheduler, path));
  return std::shared_ptr<LabConnection>(
      new LabConnection(scheduler, std::move(socket), std::move(path), std::move(identity)));
}

LabConnection::LabConnection(RealScheduler& scheduler, LabSocket socket, std::string path,
                             std::string identity)
    : scheduler_(scheduler),
      socket_(std::move(socket)),
      path_(std::move(path)),
      identity_(std::move(identity)),
      sending_(scheduler) {}

Task<I2cReply> LabConnection::Transfer(std::string_view port,
                                       std::span<const I2cMessage> messages) {
  Request request(*this);
  LabReply::Answer answer =
      co_await Exchange(request, LabTransferLine(request.id(), port, messages));
  co_return MatchLabAnswer(std::move(answer), messages);
}

Task<std::vector<LabValue>> LabConnection::Access(std::string_view port,
                                                  std::span<const LabAccess> accesses) {
  Request request(*this);
  LabReply::Answer answer =
      co_await Exchange(request, LabRegistersLine(request.id(), port, accesses));
  co_return MatchLabValues(std::move(answer), accesses);
}

Task<FacilityReply> LabConnection::Call(std::string_view port, FacilityOperation operation,
                                        std::uint64_t token, std::span<const ByteView> list) {
  Request request(*this);
  LabReply::Answer answer =
      co_await Exchange(request, LabFacilityLine(request.id(), port, operation, token, list));
  co_return MatchLabFacility(std::move(answer));
}

Task<LabReply::Answer> LabConnection::Exchange(Request& request, std::string line) {
  const Deadline deadline(scheduler_, scheduler_.Now() + kReplyTime, {});
  co_await Send(std::move(line), deadline.token());
  co_await AwaitReply(request, deadline.token());
  co_return request.TakeAnswer();
}

Task<void> LabConnection::Send(std::string line, std::stop_token stop) {
  const Result<Mutex::Lock> lock = co_await Outcome(sending_.Acquire(stop));
  if (!lock) co_await Fail(TimedOut());
  if (lost_) co_await Fail(*lost_);
  const Result<void> sent = co_await Outcome(socket_.Send(line, stop));
  if (sent) co_return;
  // After a part of a line, the next one could not be told from its rest.
  Lose(sent.error().code() == ErrorCode::kCanceled ? TimedOut() : sent.error());
  co_await Fail(*lost_);
}

Task<void> LabConnection::AwaitReply(Request& request, std::stop_token stop) {
  while (!request.answered()) {
    if (lost_) co_await Fail(*lost_);
    if (stop.stop_requested()) {
      abandoned_.insert(request.id());
      co_await Fail(TimedOut());
    }
    if (reading_) {
      co_await Outcome(request.Wait(stop));
    } else {
      co_await ReadUntilAnswered(request, stop);
    }
  }
}

Task<void> LabConnection::ReadUntilAnswered(Request& request, std::stop_token stop) {
  reading_ = true;
  while (!request.answered() && !lost_ && !stop.stop_requested()) {
    const Result<std::string> line = co_await Outcome(socket_.Receive(stop));
    if (line) {
      Deliver(*line);
    } else if (line.error().code() != ErrorCode::kCanceled) {
      Lose(line.error());
    }
  }
  reading_ = false;
  HandOnReading();
}

void LabConnection::HandOnReading() {
  for (const auto& [id, request] : requests_) {
    if (request->Wake()) return;
  }
}

void LabConnection::Deliver(std::string_view line) {
  Result<LabReply> reply = ParseLabReply(line);
  if (!reply) {
    Lose(std::move(reply).error());
    return;
  }
  if (abandoned_.erase(reply->id) > 0) return;
  const auto found = requests_.find(reply->id);
  if (found == requests_.end() || found->second->answered()) {
    Lose(Error(ErrorCode::kRwError,
               fmt::format("the lab at {} answered {}, which nobody asked", path_, reply->id)));
    return;
  }
  found->second->Answer(std::move(reply->answer));
}

void LabConnection::Lose(Error why) {
  if (!lost_) lost_ = std::move(why);
  for (const auto& [id, request] : requests_) request->Wake();
}

Error LabConnection::TimedOut() const {
  return {ErrorCode::kTimeout,
          fmt::format("the lab at {} did not answer within {} seconds", path_, kReplyTime.count())};
}

}  // namespace reflash
