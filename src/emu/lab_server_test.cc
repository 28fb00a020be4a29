// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <functional>
#include <string>

#include "base/temporary_directory.h"

namespace reflash::emu {
namespace {

using testing::HasSubstr;

/// A client of the server in the same process.
class Client {
 public:
  Client(RealScheduler& scheduler, const std::filesystem::path& path)
      : scheduler_(scheduler), socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    connected_ =
        ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }

  [[nodiscard]] bool connected() const { return connected_; }

  /// Sends as much as the socket takes at once; returns how much.
  std::size_t SendSome(std::string_view text) {
    const ssize_t count = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }

  Task<void> Send(std::string text) {
    std::string_view rest = text;
    while (!rest.empty()) {
      co_await scheduler_.WaitWritable(socket_.get());
      rest.remove_prefix(SendSome(rest));
    }
  }

  Task<std::string> Receive() {
    while (received_.find('\n') == std::string::npos) {
      co_await scheduler_.WaitReadable(socket_.get());
      std::string piece(4096, '\0');
      const ssize_t count = ::recv(socket_.get(), piece.data(), piece.size(), 0);
      if (count <= 0) co_return std::string("closed");
      received_.append(piece, 0, static_cast<std::size_t>(count));
    }
    const std::size_t end = received_.find('\n');
    std::string line = received_.substr(0, end);
    received_.erase(0, end + 1);
    co_return line;
  }

  Task<std::string> Ask(std::string request) {
    co_await Send(std::move(request) + "\n");
    co_return co_await Receive();
  }

  void Close() { socket_.Close(); }
  void CloseForWriting() { ::shutdown(socket_.get(), SHUT_WR); }

 private:
  RealScheduler& scheduler_;
  UniqueFd socket_;
  bool connected_ = false;
  std::string received_;
};

/// A lab with a fast port "fast" and a slow one, "slow", on a bus of its own.
class World {
 public:
  World()
      : lab(Lab::Create(
                {.buses = {{.name = "a", .clock_hz = 1'000'000}, {.name = "b", .clock_hz = 20'000}},
                 .modules = {{.name = "fast", .bus = "a"}, {.name = "slow", .bus = "b"}}},
                scheduler)
                .value()),
        path(directory / "lab.sock"),
        server(LabServer::Open(scheduler, *lab, path).value()) {}

  /// Runs `visit` while the server serves, and stops the server.
  Result<void> Visit(Task<void> visit) {
    std::stop_source stop;
    scheduler.Spawn(StopBehind(std::move(visit), stop));
    return scheduler.Run(server->Serve(stop.get_token()));
  }

  TemporaryDirectory directory;
  RealScheduler scheduler;
  std::unique_ptr<Lab> lab;
  std::filesystem::path path;
  std::unique_ptr<LabServer> server;

 private:
  static Task<void> StopBehind(Task<void> visit, std::stop_source stop) {
    const Result<void> visited = co_await Outcome(std::move(visit));
    EXPECT_TRUE(visited) << visited.error().Message();
    stop.request_stop();
  }
};

std::string ReadRequest(int id, std::string_view port, int count) {
  return fmt::format(R"({{"id":{},"port":"{}","transfer":[{{"write":"00"}},{{"read":{}}}]}})", id,
                     port, count);
}

Task<void> AskTwoClients(World& world) {
  Client one(world.scheduler, world.path);
  Client two(world.scheduler, world.path);
  EXPECT_EQ(co_await one.Ask(ReadRequest(1, "fast", 1)), R"({"id":1,"ack":true,"read":["18"]})");
  EXPECT_EQ(co_await two.Ask(ReadRequest(2, "fast", 2)), R"({"id":2,"ack":true,"read":["1852"]})");
  EXPECT_EQ(co_await one.Ask(R"({"id":3,"port":"fast","control":"reset"})"),
            R"({"id":3,"ok":true})");
  EXPECT_EQ(co_await two.Ask(ReadRequest(4, "fast", 1)), R"({"id":4,"ack":false,"at":0})");
}

TEST(LabServer, ServesSeveralClientsAndRemovesItsSocketAtTheEnd) {
  World world;
  EXPECT_TRUE(world.Visit(AskTwoClients(world)));
  EXPECT_TRUE(std::filesystem::exists(world.path));
  world.server.reset();
  EXPECT_FALSE(std::filesystem::exists(world.path));
}

Task<void> AskTwoPorts(World& world) {
  Client client(world.scheduler, world.path);
  co_await client.Send(ReadRequest(1, "slow", 100) + "\n" + ReadRequest(2, "slow", 1) + "\n" +
                       ReadRequest(3, "fast", 1) + "\n");
  EXPECT_THAT(co_await client.Receive(), HasSubstr("\"id\":3"));
  EXPECT_THAT(co_await client.Receive(), HasSubstr("\"id\":1"));
  EXPECT_THAT(co_await client.Receive(), HasSubstr("\"id\":2"));
}

TEST(LabServer, KeepsTheOrderOfAPortButNotBetweenPorts) {
  World world;
  EXPECT_TRUE(world.Visit(AskTwoPorts(world)));
}

Task<void> AskNonsense(World& world) {
  Client client(world.scheduler, world.path);
  EXPECT_THAT(co_await client.Ask("nonsense"), HasSubstr("\"error\""));
  EXPECT_THAT(co_await client.Ask(std::string((3U << 20U) + 1, ' ')), HasSubstr("3145728 bytes"));
  EXPECT_THAT(co_await client.Ask(ReadRequest(1, "fast", 1)), HasSubstr("\"ack\":true"));
}

TEST(LabServer, AnswersNonsenseAndLinesThatAreTooLongAndGoesOn) {
  World world;
  EXPECT_TRUE(world.Visit(AskNonsense(world)));
}

Task<void> VanishInTheMiddle(World& world) {
  for (int round = 0; round < 20; ++round) {
    Client vanishing(world.scheduler, world.path);
    for (int id = 0; id < 5; ++id) {
      co_await vanishing.Send(ReadRequest(id, "fast", 128) + "\n");
    }
    vanishing.Close();
  }
  Client client(world.scheduler, world.path);
  EXPECT_THAT(co_await client.Ask(ReadRequest(1, "fast", 1)), HasSubstr("\"ack\":true"));
}

TEST(LabServer, SurvivesClientsThatVanish) {
  World world;
  EXPECT_TRUE(world.Visit(VanishInTheMiddle(world)));
}

Task<void> DoNotRead(World& world) {
  Client deaf(world.scheduler, world.path);
  const std::string request = R"({"id":1,"port":"fast","control":"dump"})"
                              "\n";
  while (deaf.SendSome(request) > 0) {
  }
  Client client(world.scheduler, world.path);
  for (int id = 0; id < 100; ++id) {
    EXPECT_THAT(co_await client.Ask(ReadRequest(id, "fast", 1)), HasSubstr("\"ack\":true"));
  }
}

TEST(LabServer, IsNotHeldUpByAClientThatDoesNotReadItsReplies) {
  World world;
  EXPECT_TRUE(world.Visit(DoNotRead(world)));
}

Task<void> CloseForWriting(World& world) {
  Client client(world.scheduler, world.path);
  co_await client.Send(ReadRequest(1, "slow", 4) + "\n");
  client.CloseForWriting();
  EXPECT_THAT(co_await client.Receive(), HasSubstr("\"ack\":true"));
  EXPECT_EQ(co_await client.Receive(), "closed");
}

TEST(LabServer, AnswersWhatWasAskedBeforeTheEndOfTheStream) {
  World world;
  EXPECT_TRUE(world.Visit(CloseForWriting(world)));
}

Task<void> StayConnected(World& world, std::unique_ptr<Client>& client) {
  client = std::make_unique<Client>(world.scheduler, world.path);
  co_await client->Send(ReadRequest(1, "slow", 100) + "\n");
}

TEST(LabServer, StopsWhileClientsAreConnectedAndWaiting) {
  World world;
  std::unique_ptr<Client> client;
  EXPECT_TRUE(world.Visit(StayConnected(world, client)));
}

TEST(LabServer, RefusesTheSocketOfALivingServer) {
  World world;
  const auto second = LabServer::Open(world.scheduler, *world.lab, world.path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::kBusy);
}

TEST(LabServer, ReplacesTheSocketOfADeadServer) {
  World world;
  const std::filesystem::path kept = world.directory / "kept.sock";
  std::filesystem::create_hard_link(world.path, kept);
  world.server.reset();
  ASSERT_TRUE(std::filesystem::is_socket(kept));
  EXPECT_TRUE(LabServer::Open(world.scheduler, *world.lab, kept));
}

TEST(LabServer, RefusesPathsThatCannotBeASocket) {
  World world;
  const std::filesystem::path file = world.directory.Write("file", "precious");
  const auto at_file = LabServer::Open(world.scheduler, *world.lab, file);
  ASSERT_FALSE(at_file);
  EXPECT_EQ(at_file.error().code(), ErrorCode::kBusy);
  EXPECT_EQ(world.directory.Read("file"), "precious");
  const auto too_long =
      LabServer::Open(world.scheduler, *world.lab, "/tmp/" + std::string(200, 'x'));
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().code(), ErrorCode::kInvalidArgument);
  const auto nowhere = LabServer::Open(world.scheduler, *world.lab, world.directory / "no/where");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace reflash::emu
