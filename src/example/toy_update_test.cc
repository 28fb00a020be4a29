// SPDX-License-Identifier: Apache-2.0
// The third ring: whole updates of an emulated toy with faults; and the fourth: one that was
// recorded, replayed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "async/simulated_scheduler.h"
#include "base/temporary_directory.h"
#include "example/emulated_toy.h"
#include "example/scripted_toy.h"
#include "example/toy_device.h"
#include "flash/engine.h"

namespace reflash::example {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::IsEmpty;

/// A toy, and an engine that knows it as "toy0".
class ToyUpdateTest : public testing::Test {
 protected:
  void Register(std::unique_ptr<ToyRegisters> registers) {
    ASSERT_TRUE(
        engine_.Register("toy0", std::make_unique<ToyDevice>(scheduler_, std::move(registers))));
  }
  static ImageToLoad MakeImage(std::size_t size = 1000) {
    return {.image = Image::FromBytes(EmulatedToy::MakeImage(0x00010300, size), "fw.bin").value(),
            .manifest = std::nullopt};
  }
  Result<std::shared_ptr<Job>> Admit(ImageToLoad image, JobOptions options) {
    return scheduler_.Run(engine_.Admit("toy0", std::move(image), options));
  }
  JobSnapshot Flash(ImageToLoad image = MakeImage(),
                    JobOptions options = {.expect_version = Version{1, 3, 0}}) {
    const std::shared_ptr<Job> job = Admit(std::move(image), options).value();
    EXPECT_TRUE(scheduler_.Run(engine_.Execute(job)));
    return job->snapshot();
  }

  TemporaryDirectory directory_;
  SimulatedScheduler scheduler_;
  Ledger ledger_ =
      Ledger::Open({.runtime = directory_ / "run", .state = directory_ / "state"}).value();
  EmulatedToy toy_{scheduler_};
  std::vector<std::string> notices_;
  Engine engine_{scheduler_, ledger_,
                 [this](const std::string& /*device*/, const std::string& sentence) {
                   notices_.push_back(sentence);
                 }};
};

class EmulatedToyUpdateTest : public ToyUpdateTest {
 protected:
  EmulatedToyUpdateTest() { Register(toy_.Connect()); }
  ~EmulatedToyUpdateTest() override { EXPECT_THAT(toy_.violations(), IsEmpty()); }
};

TEST_F(EmulatedToyUpdateTest, EndsWithTheNewImageRunningAndCommitted) {
  const JobSnapshot last = Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kUpdated);
  EXPECT_EQ(last.state, "bank A holds 1.2.0, bank B runs 1.3.0");
  EXPECT_LT(last.seconds, 11) << "2 s to erase, 5 s to program, 3 s to restart";
}

TEST_F(EmulatedToyUpdateTest, WorksForAnySize) {
  for (const std::size_t size : {5U, 255U, 256U, 257U, 65536U}) {
    JobOptions options{.force = true};
    EXPECT_EQ(Flash(MakeImage(size), options).outcome, JobOutcome::kUpdated) << size;
  }
}

TEST_F(EmulatedToyUpdateTest, IsRefusedWhenTheImageIsTooLarge) {
  EXPECT_EQ(Admit(MakeImage(65537), {}).error().code(), ErrorCode::kInvalidSize);
}

TEST_F(EmulatedToyUpdateTest, IsRefusedWhileSomebodyPlays) {
  toy_.set_playing(true);
  const Result<std::shared_ptr<Job>> job = Admit(MakeImage(), {});
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().code(), ErrorCode::kBusy);
  EXPECT_EQ(Flash(MakeImage(), {.run = false}).outcome, JobOutcome::kDownloaded);
}

TEST_F(EmulatedToyUpdateTest, FailsWithAnImageThatTheToyFindsBroken) {
  Bytes bytes = EmulatedToy::MakeImage(0x00010300, 1000);
  bytes[500] ^= std::byte{1};
  const JobSnapshot last =
      Flash({.image = Image::FromBytes(bytes, "fw.bin").value(), .manifest = std::nullopt});
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(last.failure->code, ErrorCode::kInvalidImage);
  EXPECT_EQ(last.failure->phase, Phase::kProgramming);
  EXPECT_FALSE(toy_.IsOpen());
  EXPECT_EQ(last.state, "bank A runs 1.2.0, bank B is empty");
}

TEST_F(EmulatedToyUpdateTest, LeavesABootableToyWhateverCommandFails) {
  for (const std::uint32_t command : {1U, 2U, 3U, 5U, 6U}) {
    toy_.PlugInAgain();
    toy_.faults().fails[command] = 3;
    const JobSnapshot last = Flash(MakeImage(), {.force = true});
    EXPECT_EQ(last.failure->code, ErrorCode::kWearout) << command;
    EXPECT_TRUE(toy_.IsBootable()) << command;
    EXPECT_FALSE(toy_.IsOpen()) << command;
  }
}

TEST_F(EmulatedToyUpdateTest, LeavesABootableToyWhateverCommandNeverEnds) {
  for (const std::uint32_t command : {1U, 2U, 3U}) {
    SCOPED_TRACE(command);
    EmulatedToy toy(scheduler_);
    const std::string name = fmt::format("toy{}", command);
    ASSERT_TRUE(engine_.Register(name, std::make_unique<ToyDevice>(scheduler_, toy.Connect())));
    toy.faults().stuck = command;
    const auto job = scheduler_.Run(engine_.Admit(name, MakeImage(), {})).value();
    ASSERT_TRUE(scheduler_.Run(engine_.Execute(job)));
    EXPECT_EQ(job->snapshot().failure->code, ErrorCode::kTimeout);
    EXPECT_EQ(job->snapshot().outcome, JobOutcome::kFailed);
    EXPECT_TRUE(toy.IsBootable());
    EXPECT_TRUE(ledger_.Find("toy:emulated").value()) << "it is still busy with it";
    ASSERT_TRUE(ledger_.Clear("toy:emulated"));
  }
}

TEST_F(EmulatedToyUpdateTest, GoesBackWhenTheNewImageDoesNotComeUp) {
  toy_.faults().stays_down = true;
  const JobSnapshot last = Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kRolledBack);
  EXPECT_EQ(last.failure->message, "the toy did not come up within 6 s");
  EXPECT_EQ(toy_.running_version(), 0x00010200);
  EXPECT_TRUE(toy_.IsBootable());
}

TEST_F(EmulatedToyUpdateTest, SeesThatTheToyCameUpWithItsOldImage) {
  toy_.faults().falls_back = true;
  EXPECT_EQ(Flash().outcome, JobOutcome::kRolledBack);
}

TEST_F(EmulatedToyUpdateTest, IsRepairedAfterTheCableBrokeInTheMiddle) {
  toy_.faults().breaks_at_block = 2;
  const JobSnapshot last = Flash();
  EXPECT_EQ(last.outcome, JobOutcome::kFailed);
  EXPECT_EQ(last.failure->code, ErrorCode::kRwError);
  EXPECT_TRUE(toy_.IsOpen());

  toy_.PlugInAgain();
  EXPECT_EQ(Flash().outcome, JobOutcome::kUpdated);
  ASSERT_EQ(notices_.size(), 1);
  EXPECT_THAT(notices_[0], testing::HasSubstr("what it left open was ended"));
}

TEST_F(EmulatedToyUpdateTest, CanBeCanceledAtAnyMomentButInTheSteps) {
  for (int after = 0; after < 11000; after += 250) {
    SCOPED_TRACE(after);
    const std::shared_ptr<Job> job = Admit(MakeImage(20000), {.force = true}).value();
    bool accepted = false;
    scheduler_.AddTimer(scheduler_.Now() + milliseconds(after),
                        [&] { accepted = job->Cancel().has_value(); });
    ASSERT_TRUE(scheduler_.Run(engine_.Execute(job)));
    const JobOutcome expected = accepted ? JobOutcome::kCanceled : JobOutcome::kUpdated;
    EXPECT_EQ(job->snapshot().outcome, expected);
    EXPECT_TRUE(toy_.IsBootable());
    EXPECT_FALSE(toy_.IsOpen());
  }
}

TEST_F(EmulatedToyUpdateTest, SaysThatItCannotBeStoppedWhileTheToyPrograms) {
  const std::shared_ptr<Job> job = Admit(MakeImage(), {}).value();
  Result<void> answer;
  scheduler_.AddTimer(scheduler_.Now() + seconds(4), [&] { answer = job->Cancel(); });
  ASSERT_TRUE(scheduler_.Run(engine_.Execute(job)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().Message(), "cannot be stopped now: the toy is programming the image");
}

TEST_F(EmulatedToyUpdateTest, CanGoBackToTheImageBefore) {
  ASSERT_EQ(Flash().outcome, JobOutcome::kUpdated);
  const auto back = scheduler_.Run(engine_.Perform("toy0", Step::kRollback, {}));
  EXPECT_EQ(back->DescribeBanks(), "bank A runs 1.2.0, bank B holds 1.3.0");
}

TEST_F(EmulatedToyUpdateTest, HasNothingToGoBackToInTheBeginning) {
  const auto back = scheduler_.Run(engine_.Perform("toy0", Step::kRollback, {}));
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code(), ErrorCode::kNotSupported);
}

// The recording of a driver of yours comes from hardware and stands in a file.
TEST_F(ToyUpdateTest, DoesTheSameAgainAgainstItsRecording) {
  std::string recording;
  Register(std::make_unique<RecordedToy>(toy_.Connect(), recording));
  const JobSnapshot recorded = Flash();
  ASSERT_TRUE(scheduler_.Run(engine_.Unregister("toy0", false)));
  Register(std::make_unique<ScriptedToy>(recording));
  const JobSnapshot replayed = Flash();
  EXPECT_EQ(replayed.outcome, JobOutcome::kUpdated);
  EXPECT_EQ(replayed.state, recorded.state);
  EXPECT_EQ(replayed.seconds, recorded.seconds);
}

}  // namespace
}  // namespace reflash::example
