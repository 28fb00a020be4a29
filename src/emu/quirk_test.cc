// SPDX-License-Identifier: Apache-2.0
// How an emulated module departs from the specification in what it tells and shows; its downloads
// and boots stand in quirk_update_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "emu/test_host.h"

namespace reflash::emu {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr unsigned kNack = TestHost::kNotAcknowledged;
constexpr unsigned kSuccess = TestHost::kSuccess;
constexpr unsigned kFlags = 8;
constexpr unsigned kStatus = 37;

/// The reply of 0041h, in digits.
std::string Features(const ModuleQuirks& quirks) {
  TestHost host({.quirks = quirks});
  EXPECT_EQ(host.Command(0x0041), kSuccess);
  return ToHex(host.Reply());
}

TEST(Quirk, TellsOtherCodesOfMechanismsLengthAndAbort) {
  EXPECT_EQ(Features({}).substr(0, 16), "008740ffff111100");
  EXPECT_EQ(Features({.write_code = 0x02, .read_code = 0x03}).substr(10, 4), "0203");
  EXPECT_EQ(Features({.write_code = 0x00}).substr(10, 4), "0011");
  EXPECT_EQ(Features({.firmware_length_ext = 15}).substr(8, 2), "0f");
  EXPECT_EQ(Features({.abort_advertised = false}).substr(2, 2), "86");
}

TEST(Quirk, TellsDurationsOfItsOwn) {
  const ModuleQuirks quirks = {.advertised_start = milliseconds(1),
                               .advertised_abort = milliseconds(2),
                               .advertised_write = milliseconds(0),
                               .advertised_complete = milliseconds(65535),
                               .advertised_copy = milliseconds(0x1234)};
  EXPECT_EQ(Features(quirks).substr(16), "000100020000ffff1234");
  TestHost host({.duration_unit_ms = 10, .quirks = {.advertised_start = milliseconds(11)}});
  host.Command(0x0041);
  EXPECT_EQ(host.Reply()[9], std::byte{2});
}

TEST(Quirk, TheBusyTimeCodeIsWhatItIsSetTo) {
  TestHost host({.quirks = {.busy_time_code = 0x4F}});
  host.SelectPage(1);
  EXPECT_EQ(host.ReadByte(166), 0x4FU);
}

TEST(Quirk, AModuleTellsItsOuiAndMediaTechnology) {
  TestHost host({.oui = 0x00093A, .media_technology = 0x10});
  host.SelectPage(0);
  EXPECT_EQ(*host.Read(145, 3), MakeBytes({0x00, 0x09, 0x3A}));
  EXPECT_EQ(host.ReadByte(212), 0x10U);
}

TEST(Quirk, AQueryReplyOfThreeBytesTellsTheStatusTwice) {
  TestHost host({.quirks = {.query_reply_bytes = 3}});
  EXPECT_EQ(host.Command(0x0000, MakeBytes({0, 0})), kSuccess);
  EXPECT_EQ(host.Reply(), MakeBytes({3, 1, 1}));
}

TEST(Quirk, AReplyLengthThatIsTooShortLeavesTheData) {
  TestHost host({.quirks = {.features_reply_length = 6}});
  host.Command(0x0041);
  EXPECT_EQ(ToHex(host.Reply()), "008740ffff11");
  EXPECT_EQ(host.ReadByte(135), std::to_integer<unsigned>(TestHost::CheckCode(host.Reply(), {})));
  EXPECT_EQ(ToHex(*host.Read(136, 8)), "008740ffff111100");
  host.Command(0x0100);
  EXPECT_EQ(host.Reply().size(), 110U);
}

TEST(Quirk, AReplyLengthThatIsTooLongIsFilledWithZeroes) {
  TestHost host({.quirks = {.info_reply_length = 112}});
  host.Command(0x0100);
  const Bytes reply = host.Reply();
  ASSERT_EQ(reply.size(), 112U);
  EXPECT_EQ(ToHex(ByteView(reply).last(2)), "0000");
  EXPECT_EQ(host.ReadByte(135), std::to_integer<unsigned>(TestHost::CheckCode(reply, {})));
}

TEST(Quirk, AReplyLengthMayBeMoreThanThereIsRoom) {
  TestHost host({.quirks = {.info_reply_length = 200}});
  EXPECT_EQ(host.Command(0x0100), kSuccess);
  EXPECT_EQ(host.ReadByte(37), kSuccess);
  host.SelectPage(0x9F);
  EXPECT_EQ(host.ReadByte(134), 200U);
}

/// RPLChkCode of the reply of 0040h, whose LPL sums up to what `scope` makes of it.
unsigned ReplyCheckCode(ReplyCheck scope, Bytes& reply) {
  TestHost host({.quirks = {.reply_check = scope}});
  host.Command(0x0040);
  reply = host.Reply();
  return host.ReadByte(135);
}

TEST(Quirk, TheCheckCodeOfAReplyMayHaveAnotherScopeOrBeWrong) {
  Bytes reply;
  const unsigned lpl = ReplyCheckCode(ReplyCheck::kLpl, reply);
  const unsigned header = ReplyCheckCode(ReplyCheck::kHeader, reply);
  EXPECT_EQ(lpl, std::to_integer<unsigned>(TestHost::CheckCode(reply, {})));
  EXPECT_EQ(header, std::to_integer<unsigned>(TestHost::CheckCode(MakeBytes({36}), reply)));
  EXPECT_EQ(ReplyCheckCode(ReplyCheck::kZero, reply), 0U);
  EXPECT_THAT(ReplyCheckCode(ReplyCheck::kWrong, reply),
              testing::AllOf(testing::Ne(lpl), testing::Ne(header), testing::Ne(0U)));
}

TEST(Quirk, ShowsStatusZeroRightBehindTheTrigger) {
  TestHost host({.command_busy = milliseconds(4), .quirks = {.status_zero = milliseconds(5)}});
  host.Command(0x0041);
  host.Trigger(0x0041);
  EXPECT_EQ(host.ReadByte(kStatus), 0x00U);
  host.Wait(milliseconds(4));
  EXPECT_EQ(host.ReadByte(kStatus), 0x00U);
  host.Wait(milliseconds(1));
  EXPECT_EQ(host.ReadByte(kStatus), 0x83U);
  host.Wait(milliseconds(4));
  EXPECT_EQ(host.ReadByte(kStatus), kSuccess);
}

TEST(Quirk, ShowsTheStatusOfTheLastCommandUntilItNoticesTheNext) {
  TestHost host({.quirks = {.stale_status = milliseconds(3)}});
  EXPECT_EQ(host.Command(0x0777), 0x00U);  // what was before the first
  host.Wait(milliseconds(5));
  EXPECT_EQ(host.ReadByte(kStatus), 0x41U);
  host.ReadByte(kFlags);
  host.Trigger(0x0041);
  EXPECT_EQ(host.ReadByte(kStatus), 0x41U);
  host.Wait(milliseconds(2));
  EXPECT_EQ(host.ReadByte(kStatus), 0x41U);
  EXPECT_EQ(host.ReadByte(kFlags), 0x00U);
  host.Wait(milliseconds(2));
  EXPECT_EQ(host.ReadByte(kStatus), kSuccess);
  EXPECT_EQ(host.ReadByte(kFlags), 0x40U);
}

TEST(Quirk, AForegroundModuleAnswersUntilItNoticesTheTrigger) {
  TestHost host({.background = false, .quirks = {.stale_status = milliseconds(3)}});
  host.Trigger(0x0041);
  EXPECT_EQ(host.ReadByte(kStatus), 0x00U);
  host.Wait(milliseconds(3));
  EXPECT_EQ(host.ReadByte(kStatus), kNack);
  host.Wait(milliseconds(1));
  EXPECT_EQ(host.ReadByte(kStatus), kSuccess);
}

TEST(Quirk, WithoutCompletionFlagsByte8StillTellsThatTheStateChanged) {
  TestHost host({.quirks = {.completion_flag = false}});
  EXPECT_EQ(host.Command(0x0041), kSuccess);
  EXPECT_EQ(host.ReadByte(kFlags), 0x00U);
  host.module().Reset();
  host.Wait(seconds(4));
  EXPECT_EQ(host.ReadByte(kFlags), 0x01U);
}

TEST(Quirk, AFlagThiefLeavesNothingOfByte8) {
  TestHost host({.quirks = {.flag_thief = true}});
  EXPECT_EQ(host.Command(0x0041), kSuccess);
  EXPECT_EQ(host.ReadByte(kFlags), 0x00U);
  host.module().Reset();
  host.Wait(seconds(4));
  EXPECT_EQ(host.ReadByte(kFlags), 0x00U);
}

TEST(SecondHost, TakesTheFlagsAndMovesThePageEachTimeItComesBy) {
  TestHost host({.quirks = {.second_host_period = milliseconds(10)}});
  EXPECT_EQ(host.Command(0x0041), kSuccess);
  EXPECT_EQ(host.ReadByte(127), 0x9FU);
  host.Wait(milliseconds(10));
  EXPECT_EQ(*host.Read(126, 2), MakeBytes({0, 0}));
  EXPECT_EQ(host.ReadByte(kFlags), 0x00U);
  EXPECT_EQ(host.Command(0x0041), kSuccess);
  EXPECT_EQ(host.ReadByte(kFlags), 0x40U);
  host.Wait(seconds(1000));
  EXPECT_EQ(host.ReadByte(127), 0x00U);
  host.SelectPage(0x9F);
  EXPECT_EQ(host.ReadByte(127), 0x9FU);
  EXPECT_THAT(host.module().violations(), IsEmpty());
}

TEST(SecondHost, MayDoOnlyOneOfTheTwo) {
  TestHost reader({.quirks = {.second_host_period = milliseconds(10),
                              .second_host = SecondHostAct::kReadFlags}});
  reader.Command(0x0041);
  reader.Wait(milliseconds(10));
  EXPECT_EQ(reader.ReadByte(127), 0x9FU);
  EXPECT_EQ(reader.ReadByte(kFlags), 0x00U);
  TestHost mover({.quirks = {.second_host_period = milliseconds(10),
                             .second_host = SecondHostAct::kMovePage}});
  mover.Command(0x0041);
  mover.Wait(milliseconds(10));
  EXPECT_EQ(mover.ReadByte(127), 0x00U);
  EXPECT_EQ(mover.ReadByte(kFlags), 0x40U);
}

TEST(SecondHost, GetsTheBusOnlyBetweenTransfers) {
  const SimulatedScheduler clock;
  EmulatedModule module({.quirks = {.second_host_period = milliseconds(10)}}, clock);
  const Bytes select = MakeBytes({126, 0, 0x9F});
  const Bytes page = MakeBytes({127});
  const TimePoint start = clock.Now() + milliseconds(5);
  const std::array<I2cMessage, 3> messages = {I2cMessage{.write = select},
                                              I2cMessage{.write = page}, I2cMessage{.read = 1}};
  EXPECT_EQ(module.Transfer(messages, start, start + milliseconds(20)).read, MakeBytes({0x9F}));
  const auto look = std::span(messages).subspan(1);
  EXPECT_EQ(module.Transfer(look, start + milliseconds(21), start + milliseconds(22)).read,
            MakeBytes({0x00}));
}

TEST(SecondHost, GetsNoAnswerWhileAForegroundModuleIsBusy) {
  TestHost host({.background = false,
                 .command_busy = milliseconds(50),
                 .quirks = {.second_host_period = milliseconds(10)}});
  host.Trigger(0x0041);
  host.Wait(milliseconds(45));
  EXPECT_EQ(host.ReadByte(127), kNack);
  EXPECT_EQ(host.Finish(), kSuccess);
  EXPECT_EQ(host.ReadByte(127), 0x9FU);
}

TEST(SecondHost, ComesInModuleTime) {
  TestHost host({.time_scale = 10, .quirks = {.second_host_period = milliseconds(100)}});
  host.SelectPage(0x9F);
  host.Wait(milliseconds(10));
  EXPECT_EQ(host.ReadByte(127), 0x00U);
}

TEST(Quirk, TakesPageSelectionsOfOneByteOnly) {
  TestHost host({.quirks = {.single_byte_page_select = true}});
  host.SelectPage(0x9F);
  EXPECT_EQ(host.ReadByte(127), 0x00U);
  host.Write(126, {1});
  host.Write(127, {0xA3});
  EXPECT_EQ(*host.Read(126, 2), MakeBytes({1, 0xA3}));
  EXPECT_THAT(host.module().violations(), IsEmpty());
}

TEST(Quirk, NineEplPagesHaveTheCodeOfTwelve) {
  for (const unsigned pages : {9U, 12U}) {
    TestHost host({.epl_pages = pages});
    host.SelectPage(1);
    EXPECT_EQ(host.ReadByte(163), 0x76U);
    host.SelectPage(0xA8);
    host.Write(128, {0x11});
    EXPECT_EQ(host.ReadByte(128), 0x11U);
    host.SelectPage(0xAB);
    host.Write(128, {0x22});
    EXPECT_EQ(host.ReadByte(128), pages == 12 ? 0x22U : 0x00U);
    EXPECT_THAT(host.module().violations(), IsEmpty()) << "a host may try";
  }
}

TEST(Quirk, ABurstOverNinePagesWrapsBehindTheNinth) {
  TestHost host({.epl_pages = 9});
  host.SelectPage(0xA0);
  Bytes pages(std::size_t{12} * 128, std::byte{1});
  pages.back() = std::byte{2};
  host.Write(128, pages);
  EXPECT_EQ(host.ReadByte(127), 0xA2U);
  EXPECT_EQ(host.ReadByte(255), 2U);
  EXPECT_THAT(host.module().violations(), IsEmpty());
  host.SelectPage(0xAC);
  host.Write(128, {1});
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("page ACh of bank 0")));
}

TEST(Quirk, ThePasswordMayHaveOneWayOnly) {
  const Bytes password = MakeBytes({0x12, 0x34, 0x56, 0x78});
  const auto commit = [](TestHost& host) { return host.Command(0x010A); };
  TestHost by_memory({.password = 0x12345678, .quirks = {.password_by = PasswordWay::kMemory}});
  EXPECT_EQ(by_memory.Command(0x0001, password), 0x41U);
  EXPECT_EQ(commit(by_memory), 0x46U);
  by_memory.Write(122, password);
  EXPECT_EQ(commit(by_memory), kSuccess);
  TestHost by_command({.password = 0x12345678, .quirks = {.password_by = PasswordWay::kCommand}});
  by_command.Write(122, password);
  EXPECT_EQ(commit(by_command), 0x46U);
  EXPECT_EQ(by_command.Command(0x0001, password), kSuccess);
  EXPECT_EQ(commit(by_command), kSuccess);
}

TEST(Quirk, ACommandThatIsNotThereIsNotInTheListOfCommands) {
  TestHost host({.password = 1, .quirks = {.password_by = PasswordWay::kMemory}});
  host.Command(0x0040);
  EXPECT_EQ(host.Reply()[2], std::byte{0x15});  // 0000h, 0002h, 0004h
}

}  // namespace
}  // namespace reflash::emu
