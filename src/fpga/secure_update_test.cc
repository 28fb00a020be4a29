// SPDX-License-Identifier: Apache-2.0
#include "fpga/secure_update.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/simulated_scheduler.h"
#include "fpga/fake_card.h"
#include "fpga/pacsign_maker.h"

namespace reflash::fpga {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

/// Counts the words that go over the bus.
class CountedRegisters : public CardRegisters {
 public:
  explicit CountedRegisters(CardRegisters& card) : card_(card) {}
  [[nodiscard]] const std::string& hardware_address() const override {
    return card_.hardware_address();
  }
  std::size_t words = 0;

 private:
  Task<std::uint32_t> DoRead(std::uint64_t address) override {
    ++words;
    return card_.Read(address);
  }
  Task<void> DoWrite(std::uint64_t address, std::uint32_t value) override {
    ++words;
    return card_.Write(address, value);
  }
  Task<Bytes> DoReadBlock(std::uint64_t address, std::size_t count, BlockOrder order) override {
    words += count / 4;
    return card_.ReadBlock(address, count, order);
  }
  Task<void> DoWriteBlock(std::uint64_t address, ByteView data, BlockOrder order) override {
    words += data.size() / 4;
    return card_.WriteBlock(address, data, order);
  }

  CardRegisters& card_;
};

class SecureUpdateTest : public testing::TestWithParam<int> {
 protected:
  /// All of an update.
  Result<void> Update(const Bytes& image) { return scheduler_.Run(UpdateTask(*update_, image)); }
  Result<void> Start() { return scheduler_.Run(update_->Start()); }
  Result<void> AwaitReady() { return scheduler_.Run(update_->AwaitReady(nullptr)); }
  Result<void> Complete() { return scheduler_.Run(update_->Complete(nullptr)); }
  Result<void> Abort() { return scheduler_.Run(update_->Abort()); }
  void GetReady() {
    ASSERT_TRUE(Start());
    ASSERT_TRUE(AwaitReady());
  }

  SimulatedScheduler scheduler_;
  FakeCard card_{scheduler_, *FindFamily(static_cast<std::uint16_t>(GetParam()))};
  FakeCardRegisters to_card_{card_};
  CountedRegisters registers_{to_card_};
  std::unique_ptr<BoardController> controller_ =
      scheduler_.Run(BoardController::Connect(scheduler_, registers_)).value();
  std::optional<SecureUpdate> update_{std::in_place, scheduler_, *controller_};

 private:
  static Task<void> UpdateTask(SecureUpdate& update, Bytes image) {
    co_await update.Start();
    co_await update.AwaitReady(nullptr);
    for (std::size_t at = 0; at < image.size(); at += SecureUpdate::kBlockBytes) {
      const std::size_t size = std::min(SecureUpdate::kBlockBytes, image.size() - at);
      co_await update.WriteBlock(at, ByteView(image).subspan(at, size));
    }
    co_await update.Complete(nullptr);
  }
};

INSTANTIATE_TEST_SUITE_P(Families, SecureUpdateTest, testing::Values(0x0E, 0x12),
                         [](const auto& family) {
                           return family.param == 0x0E ? "N3000" : "N6000";
                         });

TEST_P(SecureUpdateTest, HandsOverTheImageAndWaitsUntilItIsProgrammed) {
  const Bytes image = CountingPayload(100'000);
  ASSERT_TRUE(Update(image));
  EXPECT_EQ(card_.staging, image);
  EXPECT_EQ(card_.progress(), UpdateProgress::kDone);
  EXPECT_TRUE(Update(image)) << "a controller that is done takes another";
}

// The bus is the limit: what is not the image itself is at most 1 of 100 words.
TEST_P(SecureUpdateTest, SpendsTheBusOnTheImage) {
  GetReady();
  registers_.words = 0;
  constexpr std::size_t kBlocks = 64;
  const Bytes block = CountingPayload(SecureUpdate::kBlockBytes);
  for (std::size_t index = 0; index < kBlocks; ++index) {
    ASSERT_TRUE(scheduler_.Run(update_->WriteBlock(index * block.size(), block)));
  }
  const double image_words = kBlocks * SecureUpdate::kBlockBytes / 4;
  const double share = image_words / static_cast<double>(registers_.words);
  EXPECT_GT(share, 0.99);
  RecordProperty("share_of_image_words", std::to_string(share));
}

TEST_P(SecureUpdateTest, FillsUpTheLastWord) {
  for (const std::size_t size : {1U, 3U, 4U, 16385U, 16387U}) {
    Bytes image = CountingPayload(size);
    ASSERT_TRUE(Update(image));
    image.resize((size + 3) / 4 * 4, std::byte{0xFF});
    EXPECT_EQ(card_.staging, image) << size;
  }
}

// At most the length of a phase divided by the period, plus one.
TEST_P(SecureUpdateTest, LooksNoMoreOftenThanAWaitHasPeriods) {
  card_.times[UpdateProgress::kPrepare] = milliseconds(12'345);
  card_.times[UpdateProgress::kAuthenticating] = minutes(3);
  card_.times[UpdateProgress::kCopying] = minutes(30);
  ASSERT_TRUE(Update(CountingPayload(4)));
  EXPECT_LE(card_.looks[UpdateProgress::kPrepare], 124);
  const int programming =
      card_.looks[UpdateProgress::kAuthenticating] + card_.looks[UpdateProgress::kCopying];
  EXPECT_LE(programming, 33 * 60 + 1);
}

TEST_P(SecureUpdateTest, IsRefusedWhileAnotherIsOpen) {
  card_.set_progress(UpdateProgress::kCopying);
  const auto started = Start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(started.error().Message(), HasSubstr("copying the image to flash"));
}

TEST_P(SecureUpdateTest, FindsOutInTheBeginningThatTheFlashIsWornOut) {
  card_.refuses = 8;
  const TimePoint begin = scheduler_.Now();
  const auto started = Start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code(), ErrorCode::kWearout);
  EXPECT_LE(scheduler_.Now() - begin, seconds(1));
  card_.refuses = 0;
  EXPECT_TRUE(Start()) << "the next one is not judged by that status";
}

struct PhaseFault {
  UpdateProgress phase;
  std::uint8_t status;
  ErrorCode code;
};

TEST_P(SecureUpdateTest, TellsTheStatusWithWhichAPhaseEnds) {
  for (const auto& [phase, status, code] :
       {PhaseFault{UpdateProgress::kPrepare, 7, ErrorCode::kHwError},
        PhaseFault{UpdateProgress::kAuthenticating, 2, ErrorCode::kInvalidImage},
        PhaseFault{UpdateProgress::kCopying, 3, ErrorCode::kHwError},
        PhaseFault{UpdateProgress::kCopying, 0x42, ErrorCode::kHwError}}) {
    card_.fails = {{phase, status}};
    const auto updated = Update(CountingPayload(4));
    ASSERT_FALSE(updated);
    EXPECT_EQ(updated.error().code(), code);
    EXPECT_THAT(updated.error().Message(), HasSubstr(fmt::format("{:02X}h", status)));
  }
}

TEST_P(SecureUpdateTest, GivesUpWhatNeverEndsAfterItsTime) {
  card_.stuck = UpdateProgress::kPrepare;
  ASSERT_TRUE(Start());
  TimePoint begin = scheduler_.Now();
  auto ended = AwaitReady();
  EXPECT_EQ(ended.error().code(), ErrorCode::kTimeout);
  EXPECT_THAT(ended.error().Message(), HasSubstr("longer than 120 s to erase"));
  EXPECT_EQ(scheduler_.Now() - begin, minutes(2));

  card_.stuck = UpdateProgress::kAuthenticating;
  card_.set_progress(UpdateProgress::kReady);
  begin = scheduler_.Now();
  ended = Complete();
  EXPECT_EQ(ended.error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(scheduler_.Now() - begin, minutes(40) + milliseconds(100));
}

TEST_P(SecureUpdateTest, EndsAtOnceWhenTheCardIsGone) {
  GetReady();
  card_.gone = true;
  const Bytes block = CountingPayload(16);
  EXPECT_EQ(scheduler_.Run(update_->WriteBlock(0, block)).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(Complete().error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(Start().error().code(), ErrorCode::kNotFound);
}

TEST_P(SecureUpdateTest, BelievesWhatEndsAnUpdateOnlyWhenTwoLooksAgree) {
  ASSERT_TRUE(Start());
  // Gone, an end, a state that is none, done: each for one look.
  card_.false_doorbells = {0xFFFFFFFF, 0x00};
  EXPECT_TRUE(AwaitReady());
  card_.false_doorbells = {0x80};
  const Bytes block = CountingPayload(16);
  EXPECT_TRUE(scheduler_.Run(update_->WriteBlock(0, block)));
  ASSERT_TRUE(scheduler_.Run(update_->CheckReady()));
  card_.false_doorbells = {0x30, 0x80};
  EXPECT_TRUE(Complete());
  EXPECT_EQ(card_.progress(), UpdateProgress::kDone);
}

TEST_P(SecureUpdateTest, DoesNotTakeTheStatusOfTheUpdateBeforeForItsOwn) {
  card_.handshake = milliseconds(450);
  card_.set_status(2);
  EXPECT_TRUE(Start());
  EXPECT_EQ(card_.progress(), UpdateProgress::kPrepare);
}

TEST_P(SecureUpdateTest, WithdrawsARequestThatNobodyTook) {
  card_.deaf = true;
  const auto started = Start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code(), ErrorCode::kTimeout);
  EXPECT_THAT(started.error().Message(), HasSubstr("longer than 5 s to begin"));
  EXPECT_TRUE(card_.requested);
  EXPECT_TRUE(Abort());
  EXPECT_FALSE(card_.requested);
}

TEST_P(SecureUpdateTest, SaysSoWhenTheControllerDoesNotSettle) {
  for (unsigned look = 0; look < 8; ++look) card_.false_doorbells.push_back((look % 2) << 4U);
  const auto started = Start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code(), ErrorCode::kHwError);
  EXPECT_THAT(started.error().Message(), HasSubstr("something else each time"));
}

TEST_P(SecureUpdateTest, IsNotDoneWhenTheControllerWasReset) {
  GetReady();
  scheduler_.AddTimer(scheduler_.Now() + seconds(4),
                      [this] { card_.set_progress(UpdateProgress::kIdle); });
  const auto completed = Complete();
  ASSERT_FALSE(completed);
  EXPECT_EQ(completed.error().code(), ErrorCode::kHwError);
  EXPECT_THAT(completed.error().Message(), HasSubstr("did not say that it is done: it is idle"));
}

TEST_P(SecureUpdateTest, TakesNoBlockThatTheControllerIsNotReadyFor) {
  GetReady();
  card_.set_progress(UpdateProgress::kIdle);
  const Bytes block = CountingPayload(16);
  auto written = scheduler_.Run(update_->WriteBlock(0, block));
  EXPECT_EQ(written.error().code(), ErrorCode::kHwError);
  card_.set_status(1);
  written = scheduler_.Run(update_->WriteBlock(0, block));
  EXPECT_EQ(written.error().code(), ErrorCode::kTimeout);
}

TEST_P(SecureUpdateTest, IsAbortedWhereTheControllerAllowsIt) {
  EXPECT_TRUE(Abort()) << "nothing is open";
  GetReady();
  EXPECT_TRUE(Abort());
  EXPECT_EQ(card_.progress(), UpdateProgress::kIdle);
  ASSERT_TRUE(Start());
  EXPECT_TRUE(Abort()) << "once it has erased";
  EXPECT_EQ(card_.progress(), UpdateProgress::kIdle);
  card_.set_progress(UpdateProgress::kCopying);
  const auto aborted = Abort();
  ASSERT_FALSE(aborted);
  EXPECT_EQ(aborted.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(aborted.error().Message(), HasSubstr("cannot be stopped"));
}

}  // namespace
}  // namespace reflash::fpga
