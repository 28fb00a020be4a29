// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/unique_fd.h"

namespace reflash {

/// A folder of its own that goes with everything in it at its end. For tests.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "reflash-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string Path(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// The other end of a lab's socket, on a thread of its own, that answers whatever it was told to.
/// One client at a time. For tests.
class FakeLab {
 public:
  /// What to send after a line has arrived: pieces, as they are; nothing to hang up. Called on the
  /// thread of the lab. What it captures belongs to it or is shared: the lab of a fixture lives
  /// longer than the locals of a test.
  using Script = std::function<std::optional<std::vector<std::string>>(const std::string& line)>;

  FakeLab(std::string path, Script script) : path_(std::move(path)), script_(std::move(script)) {
    sockaddr_un address{.sun_family = AF_UNIX};
    std::memcpy(address.sun_path, path_.data(), path_.size());
    EXPECT_EQ(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listening_.get(), 8), 0);
    thread_ = std::jthread([this] { Serve(); });
  }
  FakeLab(const FakeLab&) = delete;
  FakeLab& operator=(const FakeLab&) = delete;
  ~FakeLab() {
    stopping_ = true;
    ::shutdown(listening_.get(), SHUT_RDWR);
    ::shutdown(client_, SHUT_RDWR);
    thread_.join();
    std::filesystem::remove(path_);
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] int clients() const { return clients_; }
  [[nodiscard]] int lines() const { return lines_; }

 private:
  void Serve() {
    while (!stopping_) {
      const UniqueFd client(::accept(listening_.get(), nullptr, nullptr));
      if (!client.valid()) return;
      client_ = client.get();
      ++clients_;
      if (!stopping_) Answer(client.get());
    }
  }

  void Answer(int client) {
    std::string received;
    std::array<char, 4096> chunk;
    ssize_t count = 0;
    while ((count = ::recv(client, chunk.data(), chunk.size(), 0)) > 0) {
      received.append(chunk.data(), static_cast<std::size_t>(count));
      for (std::size_t end = 0; (end = received.find('\n')) != std::string::npos;) {
        const std::string line = received.substr(0, end);
        received.erase(0, end + 1);
        ++lines_;
        const auto pieces = script_(line);
        if (!pieces) return;
        for (const std::string& piece : *pieces) {
          ::send(client, piece.data(), piece.size(), MSG_NOSIGNAL);
        }
      }
    }
  }

  std::string path_;
  Script script_;
  UniqueFd listening_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::atomic<int> client_ = -1;
  std::atomic<int> clients_ = 0;
  std::atomic<int> lines_ = 0;
  std::atomic<bool> stopping_ = false;
  std::jthread thread_;
};

}  // namespace reflash
