// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_session.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace reflash::emu {
namespace {

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

LabSession::LabSession(RealScheduler& scheduler, LabProtocol& protocol, UniqueFd socket)
    : scheduler_(scheduler),
      protocol_(protocol),
      socket_(std::move(socket)),
      answers_(scheduler),
      answered_(scheduler),
      sending_(scheduler) {}

Task<void> LabSession::Serve(std::stop_token stop) {
  co_await Outcome(ReadRequests(stop));
  co_await Outcome(answers_.Wait());
}

/// Ends with the stream; errors are those of the wait.
Task<void> LabSession::ReadRequests(std::stop_token stop) {
  constexpr std::size_t kPieceBytes = 65536;
  std::string piece(kPieceBytes, '\0');
  while (true) {
    // Waits even when there is more to read, so that one client cannot keep out the others.
    co_await scheduler_.WaitReadable(socket_.get(), stop);
    const ssize_t count = ::recv(socket_.get(), piece.data(), piece.size(), 0);
    if (count < 0 && WouldBlock()) continue;
    if (count <= 0) co_return;
    lines_.Add(std::string_view(piece).substr(0, static_cast<std::size_t>(count)));
    co_await BeginAnswers(stop);
  }
}

Task<void> LabSession::BeginAnswers(std::stop_token stop) {
  while (std::optional<Result<std::string>> line = lines_.TakeLine()) {
    while (answers_.running() >= kMostAtOnce) co_await answered_.Wait(stop);
    LabRequest request =
        *line ? LabRequest::Parse(**line) : LabRequest{.action = Fail(line->error())};
    answers_.Spawn(Answer(std::move(request), stop));
  }
}

Task<void> LabSession::Answer(LabRequest request, std::stop_token stop) {
  {
    const Mutex::Lock turn = co_await OrderOf(request.port).Acquire();
    if (!stop.stop_requested()) {
      std::string line = co_await protocol_.Answer(std::move(request));
      co_await Outcome(Send(std::move(line), stop));
    }
  }
  answered_.WakeAll();
}

Mutex& LabSession::OrderOf(std::string_view port) {
  // All names that are no port stand in one line, so that clients cannot make the map grow.
  const std::string name(protocol_.HasPort(port) ? port : std::string_view());
  return order_.try_emplace(name, scheduler_).first->second;
}

Task<void> LabSession::Send(std::string line, std::stop_token stop) {
  const Mutex::Lock turn = co_await sending_.Acquire(stop);
  std::string_view rest = line;
  while (!rest.empty() && !gone_) {
    const ssize_t count = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (WouldBlock()) {
      co_await scheduler_.WaitWritable(socket_.get(), stop);
    } else {
      GiveUp();
    }
  }
}

/// The client is gone: what is still to be sent is dropped, and reading comes to its end.
void LabSession::GiveUp() {
  gone_ = true;
  ::shutdown(socket_.get(), SHUT_RDWR);
}

}  // namespace reflash::emu
