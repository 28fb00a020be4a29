// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <filesystem>
#include <latch>
#include <memory>
#include <random>

#include "async/task_group.h"
#include "bus/fake_lab.h"
#include "bus/lab_connections.h"
#include "bus/lab_port.h"
#include "bus/linux_syscalls.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Lines = std::vector<std::string>;

constexpr std::byte kOffset{0x80};

std::uint64_t IdOf(const std::string& line) { return nlohmann::json::parse(line)["id"]; }
std::string PortOf(const std::string& line) { return nlohmann::json::parse(line)["port"]; }

/// The reply to a line that asks for one byte: `value`.
std::string ReplyTo(const std::string& line, int value = 0x5A) {
  return fmt::format("{{\"id\":{},\"ack\":true,\"read\":[\"{:02x}\"]}}\n", IdOf(line), value);
}

/// A real scheduler whose clock a test can put forward.
class HurriedScheduler : public RealScheduler {
 public:
  Duration ahead{0};

 private:
  TimePoint DoNow() const override {
    return TimePoint(std::chrono::steady_clock::now().time_since_epoch()) + ahead;
  }
};

Task<I2cReply> ReadOne(I2cPort& port) {
  const std::array messages{I2cMessage{.write = {&kOffset, 1}}, I2cMessage{.read = 1}};
  co_return co_await port.Transfer(messages);
}

Task<void> Keep(Task<I2cReply> task, Result<I2cReply>& reply) {
  reply = co_await Outcome(std::move(task));
}

Task<void> Wait(TaskGroup& group) { return group.Wait(); }

class LabConnectionTest : public testing::Test {
 protected:
  void Serve(FakeLab::Script script) {
    lab_ = std::make_unique<FakeLab>(folder_.Path("lab.sock"), std::move(script));
  }

  std::unique_ptr<LabPort> OpenPort(const std::string& name) {
    return std::make_unique<LabPort>(connections_.To(lab_->path()).value(), name, I2cLimits{});
  }

  Result<I2cReply> ReadOnce(I2cPort& port) { return scheduler_.Run(ReadOne(port)); }

  /// One read at each of `count` ports of one connection, all at once.
  std::vector<Result<I2cReply>> ReadTogether(std::size_t count) {
    std::vector<std::unique_ptr<LabPort>> ports;
    std::vector<Result<I2cReply>> replies(count, Fail(ErrorCode::kCanceled, "never ended"));
    TaskGroup group(scheduler_);
    for (std::size_t index = 0; index < count; ++index) {
      ports.push_back(OpenPort(std::to_string(index)));
      group.Spawn(Keep(ReadOne(*ports.back()), replies[index]));
    }
    EXPECT_TRUE(scheduler_.Run(Wait(group)));
    return replies;
  }

  /// Puts the clock forward past every deadline once the lab has received `lines` lines.
  Task<void> HurryAfter(int lines) {
    while (lab_->lines() < lines) co_await scheduler_.Sleep(0s);
    scheduler_.ahead += LabConnection::kReplyTime;
  }

  TemporaryFolder folder_;
  std::unique_ptr<FakeLab> lab_;
  LinuxSyscalls syscalls_;
  HurriedScheduler scheduler_;
  LabConnections connections_{scheduler_, syscalls_};
};

TEST_F(LabConnectionTest, AsksAndUnderstandsTheReply) {
  const auto asked = std::make_shared<std::string>();
  Serve([asked](const std::string& line) {
    *asked = line;
    return Lines{ReplyTo(line, 0x42)};
  });
  const auto port = OpenPort("swp1");
  const Result<I2cReply> reply = ReadOnce(*port);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->read, MakeBytes({0x42}));
  EXPECT_EQ(*asked, R"({"id":1,"port":"swp1","transfer":[{"write":"80"},{"read":1}]})");
}

TEST_F(LabConnectionTest, ReportsWhatWasNotAcknowledged) {
  Serve([](const std::string& line) {
    return Lines{fmt::format("{{\"id\":{},\"ack\":false,\"at\":1}}\n", IdOf(line))};
  });
  const auto port = OpenPort("swp1");
  const Result<I2cReply> reply = ReadOnce(*port);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->not_acknowledged_at, 1U);
}

TEST_F(LabConnectionTest, PutsAReplyTogetherThatComesInPieces) {
  Serve([](const std::string& line) {
    Lines pieces;
    for (const char character : ReplyTo(line)) pieces.emplace_back(1, character);
    return pieces;
  });
  const auto port = OpenPort("swp1");
  EXPECT_TRUE(ReadOnce(*port));
  EXPECT_TRUE(ReadOnce(*port));
}

TEST_F(LabConnectionTest, GivesEachPortItsReplyInWhateverOrderTheyCome) {
  constexpr std::size_t kPorts = 16;
  Serve([waiting = Lines{}, random = std::mt19937(7)](const std::string& line) mutable {
    waiting.push_back(ReplyTo(line, std::stoi(PortOf(line))));
    if (waiting.size() < kPorts) return Lines{};
    std::ranges::shuffle(waiting, random);
    return std::exchange(waiting, {});
  });
  for (int round = 0; round < 50; ++round) {
    const auto replies = ReadTogether(kPorts);
    for (std::size_t index = 0; index < kPorts; ++index) {
      ASSERT_TRUE(replies[index]);
      EXPECT_EQ(replies[index]->read, MakeBytes({static_cast<unsigned>(index)}));
    }
  }
}

Task<void> ReadThenOpen(I2cPort& port, std::latch& gate) {
  co_await Outcome(ReadOne(port));
  gate.count_down();
}

TEST_F(LabConnectionTest, GoesOnReadingForTheOthersWhenTheReaderHasItsReply) {
  const auto first_has_its_reply = std::make_shared<std::latch>(1);
  Serve([first_has_its_reply, waiting = Lines{}](const std::string& line) mutable {
    if (PortOf(line) == "first") return Lines{ReplyTo(line)};
    waiting.insert(waiting.begin(), ReplyTo(line));
    if (waiting.size() < 2) return Lines{};
    first_has_its_reply->wait();
    return std::exchange(waiting, {});
  });
  const auto first = OpenPort("first");
  const auto second = OpenPort("second");
  const auto third = OpenPort("third");
  Result<I2cReply> second_reply;
  Result<I2cReply> third_reply;
  TaskGroup group(scheduler_);
  group.Spawn(ReadThenOpen(*first, *first_has_its_reply));
  group.Spawn(Keep(ReadOne(*second), second_reply));
  group.Spawn(Keep(ReadOne(*third), third_reply));
  EXPECT_TRUE(scheduler_.Run(Wait(group)));
  EXPECT_TRUE(second_reply);
  EXPECT_TRUE(third_reply);
}

TEST_F(LabConnectionTest, SaysThatNobodyListens) {
  const auto missing = connections_.To(folder_.Path("none.sock"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().Message(), HasSubstr("none.sock: No such file"));

  Serve([](const std::string&) { return Lines{}; });
  std::filesystem::create_hard_link(lab_->path(), folder_.Path("left.sock"));
  lab_.reset();
  const auto refused = connections_.To(folder_.Path("left.sock"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(refused.error().Message(), HasSubstr("Connection refused"));
}

TEST_F(LabConnectionTest, RefusesAPathThatIsTooLongForASocket) {
  const auto opened = LabConnection::Open(scheduler_, std::string(108, 'x'), "lab:0:0");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kInvalidArgument);
}

TEST_F(LabConnectionTest, EndsEveryTransferWhenTheLabGoesAway) {
  Serve([lines = 0](const std::string&) mutable {
    return ++lines < 3 ? std::optional(Lines{}) : std::nullopt;
  });
  const auto port = OpenPort("later");
  for (const Result<I2cReply>& reply : ReadTogether(3)) {
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::kNotFound);
    EXPECT_EQ(reply.error().Message(), "the lab at " + lab_->path() + " went away");
  }
  const Result<I2cReply> later = ReadOnce(*port);
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code(), ErrorCode::kNotFound);
}

TEST_F(LabConnectionTest, NoticesThatTheLabWentAwayWhileNobodyWaited) {
  Serve([](const std::string& line) { return Lines{ReplyTo(line)}; });
  const auto port = OpenPort("swp1");
  ASSERT_TRUE(ReadOnce(*port));
  const std::string path = lab_->path();
  lab_.reset();
  const Result<I2cReply> reply = ReadOnce(*port);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(reply.error().Message(), "the lab at " + path + " went away");
}

TEST_F(LabConnectionTest, FailsOnlyTheTransferWhoseReplyIsWrong) {
  Serve([](const std::string& line) {
    if (PortOf(line) != "1") return Lines{ReplyTo(line)};
    return Lines{fmt::format("{{\"id\":{},\"ack\":true,\"read\":[\"zz\"]}}\n", IdOf(line))};
  });
  const auto replies = ReadTogether(3);
  EXPECT_TRUE(replies[0]);
  ASSERT_FALSE(replies[1]);
  EXPECT_EQ(replies[1].error().code(), ErrorCode::kRwError);
  EXPECT_TRUE(replies[2]);
}

struct Hostile {
  std::string bytes;
  std::string words;
};

TEST_F(LabConnectionTest, LosesAConnectionOverWhichNonsenseComes) {
  for (const auto& [bytes, words] :
       {Hostile{"hello\n", "no reply: hello"}, Hostile{"\n", "no reply"},
        Hostile{"{\"id\":77,\"ack\":true}\n", "answered 77, which nobody asked"},
        Hostile{std::string(LabSocket::kMaxLineBytes + 1, 'x'), "more than 1048576 bytes"},
        Hostile{std::string(LabSocket::kMaxLineBytes + 1, 'x') + "\n",
                "more than 1048576 bytes"}}) {
    Serve([nonsense = bytes](const std::string& line) {
      return PortOf(line) == "1" ? Lines{nonsense} : Lines{};
    });
    const auto port = OpenPort("later");
    for (const Result<I2cReply>& reply : ReadTogether(2)) {
      ASSERT_FALSE(reply);
      EXPECT_EQ(reply.error().code(), ErrorCode::kRwError);
      EXPECT_THAT(reply.error().Message(), HasSubstr(words));
    }
    EXPECT_FALSE(ReadOnce(*port));
    lab_.reset();
  }
}

TEST_F(LabConnectionTest, LosesAConnectionOverWhichAReplyComesTwice) {
  Serve([](const std::string& line) { return Lines{ReplyTo(line) + ReplyTo(line)}; });
  const auto port = OpenPort("swp1");
  EXPECT_TRUE(ReadOnce(*port));
  EXPECT_FALSE(ReadOnce(*port));
}

TEST_F(LabConnectionTest, LosesAConnectionOverWhichTheReplyOfAnotherPortComesTwice) {
  Serve([](const std::string& line) {
    return PortOf(line) == "1" ? Lines{ReplyTo(line) + ReplyTo(line)} : Lines{};
  });
  const auto replies = ReadTogether(2);
  ASSERT_FALSE(replies[0]);
  EXPECT_THAT(replies[0].error().Message(), HasSubstr("which nobody asked"));
  EXPECT_TRUE(replies[1]) << "it had its reply before";
}

TEST_F(LabConnectionTest, TakesALineOfTheFullLength) {
  Serve([](const std::string& line) {
    std::string reply = ReplyTo(line);
    reply.insert(reply.size() - 1, LabSocket::kMaxLineBytes + 1 - reply.size(), ' ');
    return Lines{reply};
  });
  const auto port = OpenPort("swp1");
  EXPECT_TRUE(ReadOnce(*port));
}

TEST_F(LabConnectionTest, GivesUpAReplyThatDoesNotComeAndIgnoresItWhenItDoes) {
  Serve([late = std::string()](const std::string& line) mutable {
    if (late.empty()) {
      late = ReplyTo(line, 1);
      return Lines{};
    }
    return Lines{late, ReplyTo(line, 2)};
  });
  const auto port = OpenPort("swp1");
  scheduler_.Spawn(HurryAfter(1));
  const Result<I2cReply> missed = ReadOnce(*port);
  ASSERT_FALSE(missed);
  EXPECT_EQ(missed.error().code(), ErrorCode::kTimeout);
  EXPECT_THAT(missed.error().Message(), HasSubstr("did not answer within 30 seconds"));
  const Result<I2cReply> next = ReadOnce(*port);
  ASSERT_TRUE(next) << next.error().Message();
  EXPECT_EQ(next->read, MakeBytes({2}));
}

TEST_F(LabConnectionTest, GivesUpEveryReplyThatDoesNotCome) {
  Serve([](const std::string&) { return Lines{}; });
  scheduler_.Spawn(HurryAfter(3));
  for (const Result<I2cReply>& reply : ReadTogether(3)) {
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::kTimeout);
  }
}

TEST_F(LabConnectionTest, GivesUpALabThatTakesNoMoreRequests) {
  const auto end = std::make_shared<std::latch>(1);
  Serve([end](const std::string&) {
    end->wait();
    return std::optional<Lines>();
  });
  const Bytes burst(8000);
  const std::array messages{I2cMessage{.write = burst}};
  std::deque<Result<I2cReply>> replies(64, Fail(ErrorCode::kCanceled, "never ended"));
  std::vector<std::unique_ptr<LabPort>> ports;
  TaskGroup group(scheduler_);
  for (Result<I2cReply>& reply : replies) {
    ports.push_back(OpenPort("swp1"));
    group.Spawn(Keep(ports.back()->Transfer(messages), reply));
  }
  scheduler_.Spawn(HurryAfter(1));
  ASSERT_TRUE(scheduler_.Run(Wait(group)));
  end->count_down();
  for (const Result<I2cReply>& reply : replies) {
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::kTimeout);
  }
  const Result<I2cReply> later = ReadOnce(*ports.front());
  ASSERT_FALSE(later) << "the rest of a line would be taken for the next";
  EXPECT_EQ(later.error().code(), ErrorCode::kTimeout) << "it was sent all the same";
}

TEST_F(LabConnectionTest, IsSharedByAllPathsToOneLab) {
  Serve([](const std::string& line) { return Lines{ReplyTo(line)}; });
  const std::string link = folder_.Path("link.sock");
  std::filesystem::create_symlink(lab_->path(), link);
  LabPort one(connections_.To(lab_->path()).value(), "swp1", I2cLimits{});
  LabPort other(connections_.To(link).value(), "swp1", I2cLimits{});
  EXPECT_TRUE(ReadOnce(one));
  EXPECT_TRUE(ReadOnce(other));
  EXPECT_EQ(lab_->clients(), 1);
  EXPECT_EQ(one.hardware_address(), other.hardware_address());
  EXPECT_THAT(one.hardware_address(), testing::MatchesRegex("lab:[0-9]+:[0-9]+#swp1"));
}

TEST_F(LabConnectionTest, IsMadeAnewForALabThatReplacesAnother) {
  Serve([](const std::string&) { return std::optional<Lines>(); });
  const auto old = OpenPort("swp1");
  EXPECT_FALSE(ReadOnce(*old));
  lab_.reset();
  Serve([](const std::string& line) { return Lines{ReplyTo(line)}; });
  EXPECT_FALSE(ReadOnce(*old)) << "a job must not go on with other hardware";
  const auto anew = OpenPort("swp1");
  EXPECT_TRUE(ReadOnce(*anew));
}

}  // namespace
}  // namespace reflash
