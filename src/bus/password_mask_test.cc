// SPDX-License-Identifier: Apache-2.0
#include "bus/password_mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <string>
#include <utility>

namespace reflash {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// What a recording shows of some traffic: "W7a0000*", a star where it is masked.
class PasswordMaskTest : public testing::Test {
 protected:
  void Write(std::initializer_list<unsigned> bytes) {
    Show({.messages = {{.write = MakeBytes(bytes)}}, .reply = {}});
  }
  void RefuseWrite(std::initializer_list<unsigned> bytes) {
    Show({.messages = {{.write = MakeBytes(bytes)}}, .reply = I2cReply{.not_acknowledged_at = 0}});
  }
  /// Reads the bytes that are given.
  void Read(unsigned offset, std::initializer_list<unsigned> bytes) {
    Show({.messages = {{.write = MakeBytes({offset})}, {.write = {}, .read = bytes.size()}},
          .reply = I2cReply{.read = MakeBytes(bytes)}});
  }
  void Show(RecordedTransfer transfer) { Keep(mask_.Pass(std::move(transfer))); }

  void SelectPage(unsigned page) {
    Write({0x7E, 0x00, page});
    Take();
  }

  std::vector<std::string> Take() { return std::exchange(shown_, {}); }
  std::vector<std::string> Finish() {
    Keep(mask_.Finish());
    return Take();
  }

 private:
  void Keep(const std::vector<RecordedTransfer>& transfers) {
    for (const RecordedTransfer& transfer : transfers) {
      std::string text = TransferText(ViewsOf(transfer.messages));
      if (transfer.reply && !transfer.reply->read.empty())
        text += "=" + ToHex(transfer.reply->read);
      shown_.push_back(text + (transfer.masked ? "*" : ""));
    }
  }

  PasswordMask mask_;
  std::vector<std::string> shown_;
};

TEST_F(PasswordMaskTest, HidesThePasswordEntry) {
  Write({0x7A, 0xDE, 0xAD, 0xBE, 0xEF});
  EXPECT_THAT(Take(), ElementsAre("W7a00000000*"));
}

TEST_F(PasswordMaskTest, HidesThePasswordChangeAlsoInTheMiddleOfAWriteAndInSingleBytes) {
  Write({0x75, 0x01, 0xDE, 0xAD, 0xBE, 0xEF});
  Write({0x7D, 0x11});
  EXPECT_THAT(Take(), ElementsAre("W750100000000*", "W7d00*"));
}

TEST_F(PasswordMaskTest, HidesWhatAModuleShowsOfThem) {
  Read(0x79, {0x01, 0x02, 0x03, 0x04, 0x05, 0x00, 0x9F});
  EXPECT_THAT(Take(), ElementsAre("W79 R7=0000000000009f*"));
}

TEST_F(PasswordMaskTest, HidesAPasswordThatWasNotAcknowledged) {
  RefuseWrite({0x7A, 0xDE, 0xAD, 0xBE, 0xEF});
  EXPECT_THAT(Take(), ElementsAre("W7a00000000*"));
}

TEST_F(PasswordMaskTest, LeavesTheRestOfTheLowerMemory) {
  Write({0x1A, 0x10});
  Write({0x7E, 0x00, 0x9F});
  Read(0x25, {0x81});
  EXPECT_THAT(Take(), ElementsAre("W1a10", "W7e009f", "W25 R1=81"));
}

TEST_F(PasswordMaskTest, HidesThePayloadOfACommandThatIsOneWrite) {
  SelectPage(0x9F);
  Write({0x80, 0x00, 0x01, 0x00, 0x00, 0x04, 0xD9, 0x00, 0x00, 0x00, 0x00, 0x10, 0x11});
  EXPECT_THAT(Take(), ElementsAre("W80000100000400000000000000*"));
}

TEST_F(PasswordMaskTest, HidesAPayloadThatStandsBeforeItsNumber) {
  SelectPage(0x9F);
  Write({0x82, 0x00, 0x00, 0x04, 0xD9, 0x00, 0x00, 0x00, 0x00, 0x10, 0x11});
  Read(0x25, {0x01});
  EXPECT_THAT(Take(), IsEmpty());
  Write({0x80, 0x00, 0x02});
  EXPECT_THAT(Take(), ElementsAre("W8200000400000000000000*", "W25 R1=01", "W800002"));
}

TEST_F(PasswordMaskTest, HidesAPayloadInSingleBytes) {
  SelectPage(0x9F);
  Write({0x84, 0x04});
  Write({0x85, 0xD9});
  Write({0x8A, 0x10});
  Write({0x8B, 0x11});
  Write({0x80, 0x00});
  Write({0x81, 0x01});
  EXPECT_THAT(Take(), ElementsAre("W8404", "W8500*", "W8a00*", "W8b00*", "W8000", "W8101"));
}

TEST_F(PasswordMaskTest, HidesThePayloadWhereItIsReadBack) {
  SelectPage(0x9F);
  Write({0x80, 0x00, 0x01, 0x00, 0x00, 0x04, 0xD9, 0x00, 0x00, 0x00, 0x00, 0x10, 0x11});
  Take();
  Read(0x86, {0x00, 0x00, 0x00, 0x00, 0x10, 0x11});
  EXPECT_THAT(Take(), ElementsAre("W86 R6=000000000000*"));
  Write({0x80, 0x00, 0x41, 0x00, 0x00, 0x00, 0xBE, 0x00, 0x00});
  Read(0x86, {0x02, 0x00, 0x10, 0x11});
  EXPECT_THAT(Take(), ElementsAre("W8000410000"
                                  "00be0000",
                                  "W86 R4=02001011"));
}

TEST_F(PasswordMaskTest, LeavesOtherCommands) {
  SelectPage(0x9F);
  Write({0x82, 0x00, 0x00, 0x05, 0xF7, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xAA});
  Write({0x80, 0x01, 0x03});
  EXPECT_THAT(Take(), ElementsAre("W82000005f7000000000000aa", "W800103"));
}

TEST_F(PasswordMaskTest, LeavesOtherPages) {
  SelectPage(0xA0);
  Write({0x88, 0xDE, 0xAD});
  EXPECT_THAT(Take(), ElementsAre("W88dead"));
  Read(0x7F, {0x9F});  // the page was there already
  Take();
  Write({0x88, 0xDE, 0xAD});
  EXPECT_THAT(Take(), IsEmpty());
}

TEST_F(PasswordMaskTest, TakesAnUnknownPageForTheOneOfCommands) {
  Write({0x88, 0xDE, 0xAD});
  Write({0x80, 0x00, 0x01});
  EXPECT_THAT(Take(), ElementsAre("W880000*", "W800001"));
  SelectPage(0xA0);
  RefuseWrite({0x7F, 0xA1});
  Take();
  Write({0x88, 0xDE, 0xAD});
  EXPECT_THAT(Take(), IsEmpty());
}

TEST_F(PasswordMaskTest, HidesAtTheEndAPayloadWithoutANumber) {
  SelectPage(0x9F);
  Write({0x88, 0x10, 0x11});
  Read(0x25, {0x01});
  EXPECT_THAT(Finish(), ElementsAre("W880000*", "W25 R1=01"));
  EXPECT_THAT(Finish(), IsEmpty());
}

TEST_F(PasswordMaskTest, DoesNotHoldForEver) {
  SelectPage(0x9F);
  Write({0x88, 0x10, 0x11});
  for (int poll = 0; poll < 999; ++poll) Read(0x25, {0x01});
  const std::vector<std::string> shown = Take();
  ASSERT_THAT(shown, SizeIs(1000));
  EXPECT_EQ(shown.front(), "W880000*");
}

}  // namespace
}  // namespace reflash
