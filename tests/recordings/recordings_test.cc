// SPDX-License-Identifier: Apache-2.0
// What the driver says to modules must be what it said when the recordings of this folder were
// made. A change that is meant is recorded anew; README.md tells how.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>

#include "bus/i2c_module_eeprom.h"
#include "bus/recording_port.h"
#include "bus/replay_port.h"
#include "emu/emulated_bus.h"
#include "emu/emulated_module.h"
#include "flash_module.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// A module that was recorded, with times that keep recordings short.
struct Recorded {
  std::string name;
  emu::ModuleSettings module;
  JobOptions options;
};

emu::ModuleSettings QuickModule() {
  emu::ModuleSettings module;
  module.name = "swp1";
  module.bus = "i2c-1";
  module.start_busy = milliseconds(5);
  module.block_busy = milliseconds(1);
  module.complete_busy = milliseconds(5);
  module.commit_busy = milliseconds(2);
  module.boot = milliseconds(20);
  return module;
}

/// CMIS 5.2 as modules of today: long bursts into the extended payload.
Recorded Epl() {
  emu::ModuleSettings module = QuickModule();
  module.write = emu::WriteMechanism::kEpl;
  return {.name = "epl", .module = module, .options = {}};
}

/// CMIS 4.0 as modules of yesterday: local payload, silent while they work, with a password.
Recorded Lpl() {
  emu::ModuleSettings module = QuickModule();
  module.cmis = 0x40;
  module.write = emu::WriteMechanism::kLpl;
  module.read_write_length_ext = 7;
  module.auto_paging = false;
  module.trigger_on_stop = false;
  module.background = false;
  module.password = 0x600DCAFE;
  return {.name = "lpl", .module = module, .options = {.password = 0x600DCAFE}};
}

std::filesystem::path FileOf(const Recorded& recorded) {
  return std::filesystem::path(REFLASH_RECORDINGS) / (recorded.name + ".jsonl");
}

void RecordAnew(const Recorded& recorded) {
  SimulatedScheduler scheduler;
  emu::EmulatedBus bus(scheduler, 400'000);
  emu::EmulatedModule module(recorded.module, scheduler);
  std::filesystem::remove(FileOf(recorded));
  const auto file = RecordingFile::Create(FileOf(recorded)).value();
  auto port = RecordingPort::Begin(scheduler, *file, bus.Connect(module));
  const Result<JobSnapshot> job =
      FlashModule(scheduler, std::make_unique<I2cModuleEeprom>(std::move(port)), SmallImage(),
                  recorded.options);
  ASSERT_TRUE(job) << job.error().Message();
  ASSERT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  ASSERT_THAT(module.violations(), testing::IsEmpty());
  ASSERT_TRUE(file->Close());
  std::filesystem::permissions(FileOf(recorded), std::filesystem::perms(0644));
}

/// What the driver did, and whether it agrees with the recording.
struct Replayed {
  Result<JobSnapshot> job;
  Result<void> agreement;
};

Replayed Replay(const Recorded& recorded, const Image& image = SmallImage()) {
  /// Tells what became of the replay before the port is gone.
  class Watched : public I2cPort {
   public:
    Watched(std::unique_ptr<ReplayPort> port, Result<void>& agreement)
        : port_(std::move(port)), agreement_(agreement) {}
    ~Watched() override { agreement_ = port_->Finish(); }
    [[nodiscard]] I2cLimits limits() const override { return port_->limits(); }
    [[nodiscard]] const std::string& hardware_address() const override {
      return port_->hardware_address();
    }

   private:
    Task<I2cReply> DoTransfer(std::span<const I2cMessage> messages) override {
      return port_->Transfer(messages);
    }
    std::unique_ptr<ReplayPort> port_;
    Result<void>& agreement_;
  };

  SimulatedScheduler scheduler;
  Replayed replayed{.job = Fail(ErrorCode::kHwError, "not begun"), .agreement = {}};
  auto port = std::make_unique<Watched>(ReplayPort::Open(scheduler, FileOf(recorded), {}).value(),
                                        replayed.agreement);
  replayed.job = FlashModule(scheduler, std::make_unique<I2cModuleEeprom>(std::move(port)), image,
                             recorded.options);
  return replayed;
}

class Recordings : public testing::TestWithParam<Recorded> {
 protected:
  void SetUp() override {
    if (std::getenv("REFLASH_RECORD_ANEW") != nullptr) RecordAnew(GetParam());
  }
};

TEST_P(Recordings, AreWhatTheDriverStillSaysToThisModule) {
  const Replayed replayed = Replay(GetParam());
  EXPECT_TRUE(replayed.agreement) << replayed.agreement.error().Message();
  ASSERT_TRUE(replayed.job) << replayed.job.error().Message();
  EXPECT_EQ(replayed.job->outcome, JobOutcome::kUpdated);
  EXPECT_EQ(replayed.job->version, "1.3.0");
}

TEST_P(Recordings, DifferFromWhatAnotherImageNeeds) {
  const Image image = SmallImage();
  Bytes changed(image.bytes().begin(), image.bytes().end());
  changed[2000] ^= std::byte{1};
  const Replayed replayed = Replay(GetParam(), Image::FromBytes(changed, "changed.bin").value());
  ASSERT_FALSE(replayed.agreement);
  EXPECT_THAT(replayed.agreement.error().Message(), HasSubstr(".jsonl:"));
  ASSERT_TRUE(replayed.job) << replayed.job.error().Message();
  EXPECT_EQ(replayed.job->outcome, JobOutcome::kFailed);
}

TEST_P(Recordings, HoldNoPassword) {
  std::ifstream file(FileOf(GetParam()));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(text, HasSubstr("\"transfer\""));
  for (const char* const part : {"600d", "cafe"}) {
    EXPECT_THAT(text, testing::Not(HasSubstr(part)));
  }
}

INSTANTIATE_TEST_SUITE_P(OfModules, Recordings, testing::Values(Epl(), Lpl()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace reflash
