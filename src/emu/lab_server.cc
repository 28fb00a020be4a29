// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_server.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "base/errno_error.h"
#include "emu/lab_session.h"

namespace reflash::emu {
namespace {

Result<sockaddr_un> AddressOf(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& text = path.native();
  if (text.empty() || text.size() >= sizeof(address.sun_path)) {
    return Fail(ErrorCode::kInvalidArgument, "a socket path has 1 to {} bytes, not {}: {}",
                sizeof(address.sun_path) - 1, text.size(), text);
  }
  std::ranges::copy(text, address.sun_path);
  return address;
}

/// The signature of bind and connect.
using SocketCall = int (*)(int, const sockaddr*, socklen_t);

int Call(SocketCall call, const UniqueFd& socket, const sockaddr_un& address) {
  return call(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

UniqueFd MakeSocket() {
  return UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

/// Removes the socket of a server that is dead.
Result<void> RemoveStale(const std::filesystem::path& path, const sockaddr_un& address) {
  std::error_code error;
  if (!std::filesystem::is_socket(path, error)) {
    return Fail(ErrorCode::kBusy, "{} is there already and is no socket", path.native());
  }
  const UniqueFd probe = MakeSocket();
  if (Call(::connect, probe, address) == 0 || errno != ECONNREFUSED) {
    return Fail(ErrorCode::kBusy, "another server listens at {}", path.native());
  }
  std::filesystem::remove(path, error);
  return {};
}

Result<UniqueFd> Listen(const std::filesystem::path& path) {
  const sockaddr_un address = REFLASH_TRY(AddressOf(path));
  UniqueFd listener = MakeSocket();
  int bound = Call(::bind, listener, address);
  if (bound != 0 && errno == EADDRINUSE) {
    REFLASH_TRY_VOID(RemoveStale(path, address));
    bound = Call(::bind, listener, address);
  }
  if (bound != 0 || ::listen(listener.get(), SOMAXCONN) != 0) {
    return Fail(ErrorFromErrno(errno, "cannot listen at " + path.native()));
  }
  return listener;
}

}  // namespace

Result<std::unique_ptr<LabServer>> LabServer::Open(RealScheduler& scheduler, Lab& lab,
                                                   const std::filesystem::path& path) {
  UniqueFd listener = REFLASH_TRY(Listen(path));
  return std::unique_ptr<LabServer>(new LabServer(scheduler, lab, path, std::move(listener)));
}

LabServer::LabServer(RealScheduler& scheduler, Lab& lab, std::filesystem::path path,
                     UniqueFd listener)
    : scheduler_(scheduler),
      protocol_(lab),
      path_(std::move(path)),
      listener_(std::move(listener)),
      sessions_(scheduler) {}

LabServer::~LabServer() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

Task<void> LabServer::Serve(std::stop_token stop) {
  const Result<void> accepted = co_await Outcome(AcceptClients(stop));
  co_await Outcome(sessions_.Wait());
  if (!accepted && accepted.error().code() != ErrorCode::kCanceled) co_await accepted;
}

Task<void> LabServer::AcceptClients(std::stop_token stop) {
  constexpr std::chrono::milliseconds kPauseWhenOutOfDescriptors(100);
  while (true) {
    co_await scheduler_.WaitReadable(listener_.get(), stop);
    UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (client.valid()) {
      sessions_.Spawn(ServeClient(std::move(client), stop));
    } else if (errno != EAGAIN && errno != ECONNABORTED) {
      co_await scheduler_.Sleep(kPauseWhenOutOfDescriptors, stop);
    }
  }
}

Task<void> LabServer::ServeClient(UniqueFd client, std::stop_token stop) {
  LabSession session(scheduler_, protocol_, std::move(client));
  co_await session.Serve(stop);
}

}  // namespace reflash::emu
