// SPDX-License-Identifier: Apache-2.0
#include "bus/recording_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>

#include "async/simulated_scheduler.h"
#include "base/temporary_directory.h"
#include "bus/scripted_port.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Task<I2cReply> Write(I2cPort& port, Bytes data) {
  const std::array messages{I2cMessage{.write = data}};
  co_return co_await port.Transfer(messages);
}

Task<I2cReply> Read(I2cPort& port, unsigned offset, std::size_t count) {
  const Bytes address = MakeBytes({offset});
  const std::array messages{I2cMessage{.write = address}, I2cMessage{.read = count}};
  co_return co_await port.Transfer(messages);
}

class RecordingTest : public testing::Test {
 protected:
  void Record() {
    file_ = RecordingFile::Create(path_).value();
    port_ = RecordingPort::Begin(scheduler_, *file_, std::make_unique<ScriptedPort>(script_));
  }

  SimulatedScheduler scheduler_;
  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "swp1.jsonl";
  PortScript script_;
  std::unique_ptr<RecordingFile> file_;
  std::unique_ptr<I2cPort> port_;
};

TEST_F(RecordingTest, WritesDownRepliesRefusalsAndErrorsWithTheirTimes) {
  script_.limits = {.max_write_bytes = 32, .max_read_bytes = 64};
  ASSERT_TRUE(scheduler_.Run(scheduler_.Sleep(5s)));
  Record();
  script_.Acknowledge();
  script_.Acknowledge(MakeBytes({0x81}));
  script_.Refuse();
  script_.Break();
  EXPECT_TRUE(scheduler_.Run(Write(*port_, MakeBytes({0x7E, 0x00, 0x9F}))));
  ASSERT_TRUE(scheduler_.Run(scheduler_.Sleep(1500us)));
  EXPECT_EQ(scheduler_.Run(Read(*port_, 0x25, 1)).value().read, MakeBytes({0x81}));
  EXPECT_FALSE(scheduler_.Run(Read(*port_, 0x25, 1)).value().acknowledged());
  EXPECT_EQ(scheduler_.Run(Read(*port_, 0x25, 1)).error().Message(), "the bus broke");
  EXPECT_TRUE(file_->Close());
  EXPECT_EQ(directory_.Read("swp1.jsonl"),
            R"({"recording":1,"port":"scripted","max_write":32,"max_read":64}
{"t":0.0,"transfer":[{"write":"7e009f"}],"ack":true}
{"t":0.0015,"transfer":[{"write":"25"},{"read":1}],"ack":true,"read":["81"]}
{"t":0.0015,"transfer":[{"write":"25"},{"read":1}],"ack":false,"at":0}
{"t":0.0015,"transfer":[{"write":"25"},{"read":1}],"error":"rw-error","message":"the bus broke"}
)");
}

TEST_F(RecordingTest, IsThePortThatItRecords) {
  Record();
  EXPECT_EQ(port_->hardware_address(), "scripted");
  EXPECT_EQ(port_->limits().max_write_bytes, script_.limits.max_write_bytes);
  ASSERT_TRUE(scheduler_.Run(Write(*port_, MakeBytes({0x80, 0x01}))));
  EXPECT_THAT(script_.transactions, ElementsAre("W8001"));
}

TEST_F(RecordingTest, LetsThePasswordThroughAndKeepsItOutOfTheFile) {
  Record();
  ASSERT_TRUE(scheduler_.Run(Write(*port_, MakeBytes({0x7A, 0xDE, 0xAD, 0xBE, 0xEF}))));
  EXPECT_THAT(script_.transactions, ElementsAre("W7adeadbeef"));
  ASSERT_TRUE(file_->Close());
  EXPECT_THAT(directory_.Read("swp1.jsonl"),
              AllOf(HasSubstr("7a00000000"), testing::Not(HasSubstr("dead"))));
}

TEST_F(RecordingTest, IsForItsOwnerAndOverwritesNothing) {
  Record();
  struct stat status = {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const auto again = RecordingFile::Create(path_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(RecordingFile::Create(directory_ / "no/such").error().code(), ErrorCode::kNotFound);
}

TEST_F(RecordingTest, WritesWhatIsLeftWithoutClose) {
  Record();
  ASSERT_TRUE(scheduler_.Run(Write(*port_, MakeBytes({0x80, 0x01}))));
  port_.reset();
  file_.reset();
  EXPECT_THAT(directory_.Read("swp1.jsonl"), HasSubstr("8001"));
}

/// No file grows beyond `bytes` in its scope, like on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &full);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit before_{};
};

TEST_F(RecordingTest, DoesNotDisturbTheJobWhenTheDiskIsFullAndTellsItOnceAtTheEnd) {
  Record();
  {
    const FullDisk full(100'000);
    for (int count = 0; count < 5000; ++count) {
      ASSERT_TRUE(scheduler_.Run(Write(*port_, MakeBytes({0x80, 0x01}))));
    }
  }
  const Result<void> closed = file_->Close();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code(), ErrorCode::kRwError);
  EXPECT_THAT(closed.error().Message(),
              AllOf(HasSubstr("the recording is not complete"), HasSubstr(path_.string())));
  EXPECT_TRUE(file_->Close());
}

}  // namespace
}  // namespace reflash
