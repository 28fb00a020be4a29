// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_socket.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/errno_error.h"

namespace reflash {
namespace {

constexpr std::size_t kChunkBytes = 16384;

bool IsTransient(int errno_value) { return errno_value == EAGAIN || errno_value == EINTR; }
bool IsGone(int errno_value) { return errno_value == EPIPE || errno_value == ECONNRESET; }

}  // namespace

LabSocket::LabSocket(RealScheduler& scheduler, std::string path, UniqueFd descriptor)
    : scheduler_(&scheduler), path_(std::move(path)), descriptor_(std::move(descriptor)) {}

Result<LabSocket> LabSocket::Connect(RealScheduler& scheduler, std::string path) {
  sockaddr_un address{.sun_family = AF_UNIX};
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return Fail(ErrorCode::kInvalidArgument,
                "the path of a socket has 1 to {} bytes, this one {}: {}",
                sizeof address.sun_path - 1, path.size(), path);
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!descriptor.valid()) return Fail(ErrorFromErrno(errno, "cannot make a socket"));
  if (::connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
      0) {
    return Fail(ErrorFromErrno(errno, "cannot connect to the lab at " + path));
  }
  return LabSocket(scheduler, std::move(path), std::move(descriptor));
}

Task<void> LabSocket::Send(std::string_view line, std::stop_token stop) {
  while (!line.empty()) {
    const ssize_t sent = ::send(descriptor_.get(), line.data(), line.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      line.remove_prefix(static_cast<std::size_t>(sent));
    } else if (IsTransient(errno)) {
      co_await scheduler_->WaitWritable(descriptor_.get(), stop);
    } else {
      co_await Fail(IsGone(errno) ? WentAway() : Broken("send to"));
    }
  }
}

Task<std::string> LabSocket::Receive(std::stop_token stop) {
  while (true) {
    const std::size_t end = received_.find('\n', searched_);
    const bool complete = end != std::string::npos;
    if ((complete ? end : received_.size()) > kMaxLineBytes) {
      co_return Fail(ErrorCode::kRwError, "the lab at {} sent a line of more than {} bytes", path_,
                     kMaxLineBytes);
    }
    if (complete) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      searched_ = 0;
      co_return line;
    }
    searched_ = received_.size();
    if (!co_await TakeArrived()) co_await scheduler_->WaitReadable(descriptor_.get(), stop);
  }
}

Result<bool> LabSocket::TakeArrived() {
  std::array<char, kChunkBytes> chunk{};
  const ssize_t count = ::recv(descriptor_.get(), chunk.data(), chunk.size(), 0);
  if (count > 0) {
    received_.append(chunk.data(), static_cast<std::size_t>(count));
    return true;
  }
  if (count == 0 || IsGone(errno)) return Fail(WentAway());
  if (IsTransient(errno)) return false;
  return Fail(Broken("receive from"));
}

Error LabSocket::Broken(std::string_view attempt) const {
  const std::string reason = std::generic_category().message(errno);
  return {ErrorCode::kRwError, fmt::format("cannot {} the lab at {}: {}", attempt, path_, reason)};
}

Error LabSocket::WentAway() const {
  return {ErrorCode::kNotFound, "the lab at " + path_ + " went away"};
}

}  // namespace reflash
