// SPDX-License-Identifier: Apache-2.0
#include "bus/replay_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>

#include "async/simulated_scheduler.h"
#include "base/temporary_directory.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

constexpr auto* kHeader = R"({"recording":1,"port":"p","max_write":8192,"max_read":8192})";

/// A line that writes, and one that reads the status byte 37.
std::string Wrote(double time, std::string_view hex, std::string_view reply = "\"ack\":true") {
  return fmt::format(R"({{"t":{},"transfer":[{{"write":"{}"}}],{}}})", time, hex, reply);
}
std::string Status(double time, std::string_view value) {
  return fmt::format(
      R"({{"t":{},"transfer":[{{"write":"25"}},{{"read":1}}],"ack":true,"read":["{}"]}})", time,
      value);
}

class ReplayPortTest : public testing::Test {
 protected:
  /// Opens a recording of these lines.
  void Replay(std::initializer_list<std::string> lines) {
    std::string text = std::string(kHeader) + '\n';
    for (const std::string& line : lines) text += line + '\n';
    ReplayText(text);
  }
  void ReplayText(std::string_view text) {
    port_ = ReplayPort::Open(scheduler_, directory_.Write("r.jsonl", text), {}).value();
  }

  Result<I2cReply> Send(std::initializer_list<unsigned> bytes) {
    const Bytes data = MakeBytes(bytes);
    const std::array messages{I2cMessage{.write = data}};
    return scheduler_.Run(port_->Transfer(messages));
  }
  Result<I2cReply> AskStatus() {
    constexpr std::byte kStatus{0x25};
    const std::array messages{I2cMessage{.write = {&kStatus, 1}}, I2cMessage{.read = 1}};
    return scheduler_.Run(port_->Transfer(messages));
  }
  /// The status, or -1 for no acknowledge.
  int StatusValue() {
    const I2cReply reply = AskStatus().value();
    return reply.acknowledged() ? std::to_integer<int>(reply.read.at(0)) : -1;
  }
  void Pass(Duration duration) { ASSERT_TRUE(scheduler_.Run(scheduler_.Sleep(duration))); }

  /// Holds a failure to be the difference at `line`, that stays.
  void ExpectDifference(const Result<I2cReply>& reply, int line, std::string_view words) {
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::kHwError);
    EXPECT_THAT(reply.error().Message(),
                AllOf(HasSubstr(fmt::format("r.jsonl:{}: ", line)), HasSubstr(std::string(words))));
    EXPECT_EQ(AskStatus().error().Message(), reply.error().Message());
    EXPECT_EQ(port_->Finish().error().Message(), reply.error().Message());
  }

  SimulatedScheduler scheduler_;
  TemporaryDirectory directory_;
  std::unique_ptr<ReplayPort> port_;
};

TEST_F(ReplayPortTest, AnswersWhatWasRecordedWhenItWasAnswered) {
  Pass(3s);
  Replay({Wrote(0.5, "7e009f"), Status(1.5, "81"), Wrote(1.75, "80", R"("ack":false,"at":0)"),
          Wrote(2, "80", R"("error":"timeout","message":"stuck")")});
  EXPECT_TRUE(Send({0x7E, 0x00, 0x9F}).value().acknowledged());
  EXPECT_EQ(scheduler_.Now().time_since_epoch(), 3500ms);
  EXPECT_EQ(StatusValue(), 0x81);
  EXPECT_EQ(scheduler_.Now().time_since_epoch(), 4500ms);
  EXPECT_EQ(Send({0x80}).value().not_acknowledged_at, 0U);
  const Result<I2cReply> broken = Send({0x80});
  EXPECT_EQ(scheduler_.Now().time_since_epoch(), 5s);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(broken.error().Message(), "stuck");
  EXPECT_TRUE(port_->Finish());
}

TEST_F(ReplayPortTest, MakesWhatFollowsLaterWhenTheDriverIsLate) {
  Replay({Wrote(1, "80"), Wrote(3, "81"), Wrote(4, "82")});
  ASSERT_TRUE(Send({0x80}));
  Pass(4s);
  ASSERT_TRUE(Send({0x81}));
  EXPECT_EQ(scheduler_.Now().time_since_epoch(), 5s);
  ASSERT_TRUE(Send({0x82}));
  EXPECT_EQ(scheduler_.Now().time_since_epoch(), 6s);
}

TEST_F(ReplayPortTest, NamesTheLineAndTheBytesOfADifference) {
  Replay({Wrote(0, "7e009f"), Wrote(1, "8001020304")});
  ASSERT_TRUE(Send({0x7E, 0x00, 0x9F}));
  ExpectDifference(
      Send({0x80, 0x01, 0x02, 0x13, 0x04}), 3,
      "the recording has W8001020304, the driver sent W8001021304 (byte 3: 03, not 13)");
}

TEST_F(ReplayPortTest, NamesTransfersOfAnotherForm) {
  Replay({Wrote(0, "7e009f")});
  ExpectDifference(AskStatus(), 2, "the recording has W7e009f, the driver sent W25 R1");
}

TEST_F(ReplayPortTest, RefusesWhatFollowsTheEnd) {
  Replay({Wrote(0, "80")});
  ASSERT_TRUE(Send({0x80}));
  ExpectDifference(Send({0x81}), 3, "the recording has ended, the driver sent W81");
}

TEST_F(ReplayPortTest, MissesWhatTheDriverDidNotDo) {
  Replay({Wrote(0, "80"), Wrote(1, "81")});
  ASSERT_TRUE(Send({0x80}));
  const Result<void> finished = port_->Finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code(), ErrorCode::kHwError);
  EXPECT_THAT(finished.error().Message(),
              HasSubstr("r.jsonl:3: the recording goes on with W81, the driver is done"));
}

TEST_F(ReplayPortTest, DoesNotTakeAWriteASecondTime) {
  Replay({Wrote(0, "8001"), Wrote(1, "8001"), Wrote(2, "81")});
  ASSERT_TRUE(Send({0x80, 0x01}));
  ASSERT_TRUE(Send({0x80, 0x01}));
  ExpectDifference(Send({0x80, 0x01}), 4, "the recording has W81");
}

TEST_F(ReplayPortTest, DoesNotLetAWriteBeLeftOut) {
  Replay({Wrote(0, "8001"), Wrote(1, "8001"), Wrote(2, "81")});
  ASSERT_TRUE(Send({0x80, 0x01}));
  ExpectDifference(Send({0x81}), 3, "the recording has W8001");
}

TEST_F(ReplayPortTest, LetsADriverLeaveARunOfPollsEarly) {
  Replay({Status(1, "81"), Status(2, "82"), Status(3, "01"), Wrote(4, "80")});
  EXPECT_EQ(StatusValue(), 0x81);
  EXPECT_TRUE(Send({0x80}));
  EXPECT_TRUE(port_->Finish());
}

TEST_F(ReplayPortTest, LetsADriverEndInARunOfPolls) {
  Replay({Status(1, "81"), Status(2, "01")});
  EXPECT_EQ(StatusValue(), 0x81);
  EXPECT_TRUE(port_->Finish());
}

TEST_F(ReplayPortTest, LetsADriverPollOnAndLetsTimePass) {
  Replay({Status(1, "81"), Status(2, "82"), Wrote(4, "80")});
  EXPECT_EQ(StatusValue(), 0x81);
  EXPECT_EQ(StatusValue(), 0x82);
  EXPECT_EQ(StatusValue(), 0x82);
  EXPECT_EQ(StatusValue(), 0x82);
  EXPECT_EQ(scheduler_.Now().time_since_epoch(), 2s + 200us);
  EXPECT_TRUE(Send({0x80}));
  EXPECT_EQ(scheduler_.Now().time_since_epoch(), 4s);
}

TEST_F(ReplayPortTest, DoesNotTakeASingleReadForAPoll) {
  Replay({Status(1, "01"), Wrote(2, "80")});
  EXPECT_EQ(StatusValue(), 0x01);
  ExpectDifference(AskStatus(), 3, "the recording has W80, the driver sent W25 R1");
}

TEST_F(ReplayPortTest, TakesWritesThatWereNotAcknowledgedForPolls) {
  constexpr auto* kRefused = R"("ack":false,"at":0)";
  Replay(
      {Wrote(1, "8001", kRefused), Wrote(2, "8001", kRefused), Wrote(3, "8001"), Wrote(4, "81")});
  EXPECT_FALSE(Send({0x80, 0x01}).value().acknowledged());
  EXPECT_FALSE(Send({0x80, 0x01}).value().acknowledged());
  EXPECT_TRUE(Send({0x80, 0x01}).value().acknowledged());
  ExpectDifference(Send({0x80, 0x01}), 5, "the recording has W81");
}

TEST_F(ReplayPortTest, TakesAnyPasswordWhereOneWasMasked) {
  Replay({Wrote(0, "7a00000000", R"("ack":true,"masked":true)")});
  EXPECT_TRUE(Send({0x7A, 0x00, 0x00, 0x10, 0x11}));
}

TEST_F(ReplayPortTest, HasTheLimitsOfTheRecordingAndAnAddressOfItsOwn) {
  const auto path = directory_.Write(
      "r.jsonl", "{\"recording\":1,\"port\":\"i2c:89:7@50\",\"max_write\":33,\"max_read\":64}\n");
  const auto port = ReplayPort::Open(scheduler_, path, {}).value();
  EXPECT_EQ(port->limits().max_write_bytes, 33U);
  EXPECT_EQ(port->limits().max_read_bytes, 64U);
  EXPECT_EQ(port->hardware_address(), "replay:" + std::filesystem::canonical(path).string());
  EXPECT_EQ(
      ReplayPort::Open(scheduler_, path, {.max_write_bytes = 16}).value()->limits().max_write_bytes,
      16U);
}

struct BadFile {
  std::string text;
  std::string words;
};

TEST_F(ReplayPortTest, DoesNotOpenWhatIsNoRecording) {
  for (const auto& [text, words] :
       {BadFile{"", "is empty"}, BadFile{"{}\n", ":1: "}, BadFile{kHeader, "cut off"},
        BadFile{"\x7f"
                "ELF\n",
                ":1: "},
        BadFile{std::string(3U << 20U, 'x'), ":1: "}}) {
    const auto opened = ReplayPort::Open(scheduler_, directory_.Write("r.jsonl", text), {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_THAT(opened.error().Message(), AllOf(HasSubstr("r.jsonl"), HasSubstr(words)));
  }
  const auto missing = ReplayPort::Open(scheduler_, directory_ / "no-such", {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::kInvalidArgument);
}

TEST_F(ReplayPortTest, NamesTheLineThatIsBad) {
  const std::string good = std::string(kHeader) + '\n' + Wrote(0, "80") + '\n';
  for (const auto& [text, words] :
       {BadFile{good + "{}\n", "a missing or wrong 't'"}, BadFile{good + "\n", "no JSON object"},
        BadFile{good + std::string(kHeader) + "\n", "a missing or wrong 't'"},
        BadFile{good + std::string(2U << 20U, ' ') + "\n", "a line of more than"},
        BadFile{good + Wrote(1, "81"), "the last line is cut off"}}) {
    ReplayText(text);
    ASSERT_TRUE(Send({0x80}));
    for (int time = 0; time < 2; ++time) {
      const Result<I2cReply> reply = Send({0x81});
      ASSERT_FALSE(reply);
      EXPECT_EQ(reply.error().code(), ErrorCode::kInvalidArgument);
      EXPECT_THAT(reply.error().Message(), AllOf(HasSubstr("r.jsonl:3: "), HasSubstr(words)));
    }
    EXPECT_FALSE(port_->Finish());
  }
}

}  // namespace
}  // namespace reflash
