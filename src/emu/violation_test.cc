// SPDX-License-Identifier: Apache-2.0
// The rules that an emulated module holds its host to, and what it does when one is broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emu/test_host.h"

namespace reflash::emu {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Triggers a Start, which takes two seconds.
void BeginLongCommand(TestHost& host) {
  const Bytes image = TestHost::Image();
  Bytes lpl = MakeBytes({0, 0, 0x0B, 0xB8, 0, 0, 0, 0});
  Append(lpl, ByteView(image).first(64));
  ASSERT_TRUE(host.Trigger(0x0101, lpl));
  ASSERT_THAT(host.module().violations(), IsEmpty());
}

TEST(Violation, AWriteThatIsTooLongIsCutOff) {
  TestHost host({.read_write_length_ext = 0});
  host.SelectPage(0xA0);
  host.Write(128, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(*host.Read(136, 1), MakeBytes({0}));
  EXPECT_THAT(host.module().violations(),
              ElementsAre("at 0.000200 s: a write of 9 bytes at 80h of page A0h; 8 are allowed"));
}

TEST(Violation, OnlyEplPagesTakeMoreThan128Bytes) {
  TestHost host({.read_write_length_ext = 16});
  host.SelectPage(0xA0);
  host.Write(128, Bytes(136));
  EXPECT_THAT(host.module().violations(), IsEmpty());
  host.SelectPage(0x9F);
  host.Read(128, 129);
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("128 are allowed")));
}

TEST(Violation, AReadThatIsTooLongGivesNothingBehindWhatIsAllowed) {
  TestHost host({.read_write_length_ext = 0});
  host.SelectPage(0xA0);
  EXPECT_EQ(*host.Read(128, 9), MakeBytes({0, 0, 0, 0, 0, 0, 0, 0, 0xFF}));
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("a read of 9 bytes at 80h")));
}

TEST(Violation, PagesWithoutCdbAreReadInOnePieceButNotMore) {
  TestHost host({.read_write_length_ext = 0});
  host.Read(128, 128);
  EXPECT_THAT(host.module().violations(), IsEmpty());
  host.Read(0, 129);
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("128 are allowed")));
}

TEST(Violation, AWritePastFFhWrapsWithoutAutoPaging) {
  TestHost host({.auto_paging = false});
  host.SelectPage(0xA0);
  host.Write(254, {1, 2, 3});
  EXPECT_EQ(*host.Read(128, 1), MakeBytes({3}));
  EXPECT_EQ(host.ReadByte(127), 0xA0U);
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("passed FFh of page A0h")));
}

TEST(Violation, AWritePastTheLastEplPageWrapsToTheFirst) {
  TestHost host({.epl_pages = 2});
  host.SelectPage(0xA1);
  host.Write(254, {1, 2, 3});
  EXPECT_EQ(host.ReadByte(127), 0xA0U);
  EXPECT_EQ(*host.Read(128, 1), MakeBytes({3}));
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("the last EPL page A1h")));
}

TEST(Violation, AWritePastFFhOfPage9FhWrapsEvenWithAutoPaging) {
  TestHost host;
  host.SelectPage(0x9F);
  host.Write(255, {1, 2});
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("passed FFh of page 9Fh")));
}

TEST(Violation, AnAccessThatLeavesTheLowerMemory) {
  TestHost host;
  host.Read(127, 2);
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("passed 7Fh")));
}

TEST(Violation, ACommandThatIsTriggeredWhileAnotherExecutesIsIgnored) {
  TestHost host;
  BeginLongCommand(host);
  host.SelectPage(0x9F);
  host.Write(128, {0x00, 0x41});
  EXPECT_EQ(host.Finish(), 0x01U);
  host.SelectPage(0x9F);
  EXPECT_EQ(host.ReadByte(134), 0U);
  EXPECT_TRUE(host.module().Banks().downloading());
  EXPECT_THAT(host.module().violations(),
              ElementsAre(HasSubstr("0041h was triggered while command 0101h executed")));
}

TEST(Violation, TheMailboxIsNotToBeTouchedWhileACommandExecutes) {
  TestHost host;
  BeginLongCommand(host);
  host.SelectPage(0x9F);
  host.Write(136, {1});
  host.Read(136, 1);
  host.SelectPage(0xA0);
  host.Write(128, {1});
  EXPECT_THAT(
      host.module().violations(),
      ElementsAre(HasSubstr("a write to 88h of page 9Fh while command 0101h"),
                  HasSubstr("a read of page 9Fh while"), HasSubstr("a write to page A0h while")));
  host.Finish();
  EXPECT_EQ(*host.Read(128, 1), MakeBytes({0}));
}

TEST(Violation, AWrongCheckCodeEndsTheCommandWith45h) {
  TestHost host;
  host.SelectPage(0x9F);
  host.Write(130, {0, 0, 0, 0xBF, 0, 0});
  host.Write(128, {0x00, 0x41});
  EXPECT_EQ(host.Finish(), 0x45U);
  EXPECT_THAT(host.module().violations(),
              ElementsAre(HasSubstr("0041h came with check code BFh instead of BEh")));
}

TEST(Violation, ATriggerTogetherWithTheBodyFailsWithoutTriggerOnStop) {
  TestHost host({.trigger_on_stop = false});
  host.SelectPage(0x9F);
  host.Write(128, {0, 0x41, 0, 0, 0, 0xBE, 0, 0});
  EXPECT_EQ(host.Finish(), 0x45U);
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("more than its CMDID")));
}

TEST(Violation, AnLplLengthThatDoesNotFitTheCommand) {
  TestHost host;
  EXPECT_EQ(host.Command(0x0001, Bytes(3)), 0x42U);
  EXPECT_EQ(host.Command(0x0105, Bytes(7)), 0x42U);
  EXPECT_THAT(host.module().violations(), testing::SizeIs(2));
}

TEST(Violation, AnEplLengthThatDoesNotFitTheCommand) {
  TestHost host({.epl_pages = 4});
  host.Start(TestHost::Image());
  EXPECT_EQ(host.Command(0x0104, Bytes(4), 0), 0x42U);
  EXPECT_EQ(host.Command(0x0104, Bytes(4), 513), 0x42U);
  EXPECT_EQ(host.Command(0x0107, {}, 1), 0x42U);
  EXPECT_THAT(host.module().violations(),
              ElementsAre(HasSubstr("EPLLength 0 instead of 1 to 512"),
                          HasSubstr("EPLLength 513 instead of 1 to 512"),
                          HasSubstr("0107h came with EPLLength 1 instead of 0 to 0")));
}

TEST(Violation, AStartWithAnotherHeaderThanAdvertised) {
  TestHost host;
  EXPECT_EQ(host.Command(0x0101, Bytes(8 + 63)), 0x42U);
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("63 bytes of the image")));
}

TEST(Violation, NoStartFitsAModuleThatAdvertisesAnImpossibleHeader) {
  TestHost host({.start_header = 200});
  EXPECT_EQ(host.Command(0x0101, Bytes(120)), 0x42U);
  EXPECT_EQ(host.WriteLpl(0, Bytes(10)), 0x47U);
  EXPECT_EQ(host.Command(0x0105, MakeBytes({0, 0, 0, 0, 0, 1})), 0x42U);
}

TEST(Violation, ABlockBeforeStart) {
  TestHost host;
  EXPECT_EQ(host.WriteLpl(0x1240, Bytes(10)), 0x47U);
  EXPECT_THAT(host.module().violations(),
              ElementsAre(HasSubstr("block 0x1240 though no download")));
}

TEST(Violation, ABlockOutsideTheImage) {
  TestHost host;
  host.Start(TestHost::Image());
  EXPECT_EQ(host.WriteLpl(2935, Bytes(2)), 0x42U);
  EXPECT_EQ(host.WriteLpl(0xFFFFFFFF, Bytes(2)), 0x42U);
  EXPECT_EQ(host.WriteLpl(2935, Bytes(1)), 0x01U);
  EXPECT_THAT(host.module().violations(),
              ElementsAre(HasSubstr("0xb77 of 2 bytes is not inside the image of 3000 bytes"),
                          HasSubstr("0xffffffff")));
}

TEST(Violation, RunOfABankWithoutAValidImage) {
  TestHost host;
  EXPECT_EQ(host.Run(), 0x66U);
  host.Wait(std::chrono::seconds(1));
  EXPECT_EQ(host.State(), 3U);
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("Run asked for bank B")));
}

TEST(Violation, AWriteToTheMailboxOfAnInstanceThatDoesNotExist) {
  TestHost host;
  host.SelectPage(0x9F, 1);
  host.Write(130, {1});
  host.SelectPage(0xA0, 1);
  host.Write(128, {1});
  EXPECT_THAT(host.module().violations(),
              ElementsAre(HasSubstr("page 9Fh of bank 1"), HasSubstr("page A0h of bank 1")));
}

TEST(Violation, AWriteToAnEplPageThatIsNotAdvertised) {
  TestHost host({.epl_pages = 4});
  host.SelectPage(0xA4);
  host.Write(128, {1});
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("page A4h of bank 0")));
}

TEST(Violation, TheLogStopsGrowing) {
  TestHost host;
  for (int round = 0; round < 1100; ++round) host.Read(127, 2);
  EXPECT_EQ(host.module().violations().size(), 1000U);
}

}  // namespace
}  // namespace reflash::emu
