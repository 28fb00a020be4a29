// SPDX-License-Identifier: Apache-2.0
#include "emu/emulated_module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emu/test_host.h"

namespace reflash::emu {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr unsigned kReady = 3;
constexpr unsigned kNack = TestHost::kNotAcknowledged;

TEST(EmulatedModule, TellsItsIdentity) {
  TestHost host;
  EXPECT_EQ(*host.Read(0, 3), MakeBytes({0x18, 0x52, 0x00}));
  EXPECT_EQ(host.State(), kReady);
  EXPECT_EQ(*host.Read(39, 2), MakeBytes({1, 2}));
  host.SelectPage(0);
  EXPECT_EQ(PrintableText(*host.Read(129, 16)), "ACME");
  EXPECT_EQ(PrintableText(*host.Read(148, 16)), "OSFP-800G-DR8");
  EXPECT_EQ(PrintableText(*host.Read(166, 16)), "A0001");
  EXPECT_THAT(host.module().violations(), IsEmpty());
}

TEST(EmulatedModule, AdvertisesItsCdb) {
  TestHost host;
  host.SelectPage(1);
  EXPECT_EQ(*host.Read(163, 4), MakeBytes({0x77, 0xFF, 0x9F, 0x80}));
}

TEST(EmulatedModule, AdvertisesACdbWithoutAnyExtras) {
  TestHost host({.instances = 2,
                 .write = WriteMechanism::kLpl,
                 .epl_pages = 12,
                 .read_write_length_ext = 15,
                 .auto_paging = false,
                 .trigger_on_stop = false,
                 .background = false});
  host.SelectPage(1);
  EXPECT_EQ(*host.Read(163, 4), MakeBytes({0x86, 0x0F, 0x1F, 0x80}));
}

TEST(EmulatedModule, WithoutCdbAdvertisesNoneAndHasNoMailbox) {
  TestHost host({.instances = 0});
  host.SelectPage(1);
  EXPECT_EQ(*host.Read(163, 4), MakeBytes({0, 0, 0, 0}));
  host.SelectPage(0x9F);
  host.Write(128, {0x00, 0x41});
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("does not have")));
}

TEST(EmulatedModule, WithFlatMemoryShowsPageZeroWhateverIsSelected) {
  TestHost host({.identifier = 0x11, .flat = true, .cmis = 0x00});
  EXPECT_EQ(*host.Read(0, 3), MakeBytes({0x11, 0x00, 0x80}));
  host.SelectPage(0x9F);
  EXPECT_EQ(PrintableText(*host.Read(129, 16)), "ACME");
}

TEST(EmulatedModule, ThatIsAbsentAcknowledgesNothingUntilItIsInserted) {
  TestHost host({.present = false});
  EXPECT_EQ(host.ReadByte(0), kNack);
  host.module().Insert();
  EXPECT_EQ(host.ReadByte(0), kNack);
  host.Wait(seconds(3));
  EXPECT_EQ(host.ReadByte(0), 0x18U);
  host.module().Remove();
  EXPECT_EQ(host.ReadByte(0), kNack);
  host.module().PowerCycle();
  host.Wait(seconds(10));
  EXPECT_EQ(host.ReadByte(0), kNack);
}

TEST(EmulatedModule, AnswersTheFeatureQueries) {
  TestHost host({.start_header = 48, .hitless = true});
  EXPECT_EQ(host.Command(0x0041), 0x01U);
  EXPECT_EQ(ToHex(host.Reply()),
            "008730ffff1111010fa1000300"
            "0b07d107d1");
  EXPECT_EQ(host.Command(0x0040), 0x01U);
  const Bytes reply = host.Reply();
  ASSERT_EQ(reply.size(), 36U);
  EXPECT_EQ(reply[2], std::byte{0x17});      // 0000h, 0001h, 0002h, 0004h
  EXPECT_EQ(reply[2 + 8], std::byte{0x03});  // 0040h, 0041h
}

TEST(EmulatedModule, AdvertisesLongDurationsInTensOfMilliseconds) {
  TestHost host({.duration_unit_ms = 10, .start_busy = seconds(100)});
  host.Command(0x0041);
  const Bytes reply = host.Reply();
  EXPECT_EQ(reply[1], std::byte{0x8F});
  EXPECT_EQ(LoadBigEndian<std::uint16_t>(ByteView(reply).subspan(8)), 20001U);
}

TEST(EmulatedModule, AnswersTheFirmwareInfoWithBothBanks) {
  TestHost host({.version = {1, 2, 0x0304}, .other_version = Version{9, 8, 7}});
  EXPECT_EQ(host.Command(0x0100), 0x01U);
  const Bytes reply = host.Reply();
  ASSERT_EQ(reply.size(), 110U);
  EXPECT_EQ(ToHex(ByteView(reply).first(6)), "030301020304");
  EXPECT_EQ(ToHex(ByteView(reply).subspan(38, 4)), "09080007");
  host.SelectPage(1);
  EXPECT_EQ(*host.Read(128, 2), MakeBytes({9, 8}));
}

TEST(EmulatedModule, TellsACheckCodeOverItsReply) {
  TestHost host;
  host.Command(0x0100);
  const Bytes reply = host.Reply();
  EXPECT_EQ(host.ReadByte(135), std::to_integer<unsigned>(TestHost::CheckCode(reply, {})));
}

TEST(EmulatedModule, TakesAnImageByLplRunsAndCommitsIt) {
  TestHost host;
  const Bytes image = TestHost::Image();
  EXPECT_EQ(host.Download(image), 0x01U);
  EXPECT_TRUE(host.module().Banks().bank(Bank::kB).valid());
  EXPECT_EQ(host.Run(), 0x01U);
  host.Wait(milliseconds(250));
  EXPECT_EQ(host.ReadByte(3), kNack);
  host.Wait(seconds(3));
  EXPECT_EQ(host.State(), kReady);
  EXPECT_EQ(*host.Read(39, 2), MakeBytes({1, 3}));
  EXPECT_EQ(host.Command(0x0100), 0x01U);
  EXPECT_EQ(host.Reply()[0], std::byte{0x12});  // A committed, B running
  EXPECT_EQ(host.Command(0x010A), 0x01U);
  EXPECT_EQ(host.module().Banks().committed(), Bank::kB);
  EXPECT_EQ(Sha256Hex(host.module().Banks().bank(Bank::kB).image()), Sha256Hex(image));
  EXPECT_THAT(host.module().violations(), IsEmpty());
}

TEST(EmulatedModule, ShowsCapturedCheckingExecutingAndThenTheResult) {
  TestHost host({.start_busy = milliseconds(1600)});
  const Bytes image = TestHost::Image();
  Bytes lpl = MakeBytes({0, 0, 0x0B, 0xB8, 0, 0, 0, 0});
  Append(lpl, ByteView(image).first(64));
  ASSERT_TRUE(host.Trigger(0x0101, lpl));
  const TimePoint triggered = host.now();
  EXPECT_EQ(host.ReadByte(37), 0x81U);
  host.Wait(milliseconds(100));
  EXPECT_EQ(host.ReadByte(37), 0x82U);
  host.Wait(milliseconds(100));
  EXPECT_EQ(host.ReadByte(37), 0x83U);
  host.Wait(triggered + milliseconds(1600) - host.now() - microseconds(101));
  EXPECT_EQ(host.ReadByte(37), 0x83U);
  EXPECT_EQ(host.ReadByte(37), 0x01U);
}

TEST(EmulatedModule, PassesItsOwnTimesFasterByTheTimeScale) {
  TestHost host({.time_scale = 10, .start_busy = milliseconds(2000)});
  const TimePoint begin = host.now();
  EXPECT_EQ(host.Start(TestHost::Image()), 0x01U);
  EXPECT_LT(host.now() - begin, milliseconds(202));
  EXPECT_GT(host.now() - begin, milliseconds(200));
}

TEST(EmulatedModule, InForegroundAcknowledgesNothingWhileACommandExecutes) {
  TestHost host({.background = false});
  const Bytes image = TestHost::Image();
  Bytes lpl = MakeBytes({0, 0, 0x0B, 0xB8, 0, 0, 0, 0});
  Append(lpl, ByteView(image).first(64));
  ASSERT_TRUE(host.Trigger(0x0101, lpl));
  EXPECT_EQ(host.ReadByte(37), kNack);
  host.Wait(milliseconds(1999) + microseconds(800));
  EXPECT_EQ(host.ReadByte(37), kNack);
  EXPECT_EQ(host.ReadByte(37), 0x01U);
}

TEST(EmulatedModule, LatchesTheCompletionFlagUntilItIsRead) {
  TestHost host;
  host.Read(8, 1);
  host.Command(0x0041);
  EXPECT_EQ(host.ReadByte(3) & 1U, 0U);  // interrupt
  EXPECT_EQ(host.ReadByte(8), 0x40U);
  EXPECT_EQ(host.ReadByte(8), 0x00U);
  EXPECT_EQ(host.ReadByte(3) & 1U, 1U);
  host.Write(31, {0x40});
  host.Command(0x0041);
  EXPECT_EQ(host.ReadByte(3) & 1U, 1U);  // masked
}

TEST(EmulatedModule, GoesToLowPowerWhenAsked) {
  TestHost host;
  host.Write(26, {0x10});
  EXPECT_EQ(host.State(), 1U);
  EXPECT_EQ(host.ReadByte(8), 0x01U);
  host.Write(26, {0x00});
  EXPECT_EQ(host.State(), kReady);
}

TEST(EmulatedModule, NacksThenPowersUpThenIsReadyAfterASoftwareReset) {
  TestHost host;
  ASSERT_TRUE(host.Write(26, {0x08}));
  const TimePoint reset = host.now();
  EXPECT_EQ(host.ReadByte(3), kNack);
  host.Wait(reset + milliseconds(2250) - host.now());
  EXPECT_EQ(host.State(), 2U);
  EXPECT_EQ(host.Command(0x010A), 0x47U);  // not before it is ready
  host.Wait(reset + milliseconds(3000) - host.now());
  EXPECT_EQ(host.State(), kReady);
  EXPECT_EQ(host.ReadByte(26), 0U);
}

TEST(EmulatedModule, HoldsTheBusOffAfterAWriteWhenToldTo) {
  TestHost host({.write_hold = milliseconds(5)});
  EXPECT_TRUE(host.SelectPage(1));
  EXPECT_EQ(host.ReadByte(0), kNack);
  host.Wait(milliseconds(5));
  EXPECT_EQ(host.ReadByte(0), 0x18U);
}

TEST(EmulatedModule, RunsTwoInstancesWithMailboxesAndStatusesOfTheirOwn) {
  TestHost host({.instances = 2});
  EXPECT_TRUE(host.Trigger(0x0041, {}, 0, 1));
  EXPECT_EQ(host.Finish(1), 0x01U);
  EXPECT_EQ(host.ReadByte(37), 0x00U);
  EXPECT_EQ(host.ReadByte(8), 0x80U);
  host.SelectPage(0x9F, 1);
  EXPECT_EQ(host.ReadByte(134), 18U);
  host.SelectPage(0x9F, 0);
  EXPECT_EQ(host.ReadByte(134), 0U);
}

TEST(EmulatedModule, TriggersByTwoWritesOfOneByte) {
  TestHost host({.trigger_on_stop = false});
  host.SelectPage(0x9F);
  host.Write(130, {0, 0, 0, 0xBE, 0, 0});
  host.Write(128, {0x00});
  host.Write(129, {0x41});
  EXPECT_EQ(host.Finish(), 0x01U);
  EXPECT_THAT(host.module().violations(), IsEmpty());
}

TEST(EmulatedModule, TriggersByOneWriteOfTheWholeCommand) {
  TestHost host;
  host.SelectPage(0x9F);
  host.Write(128, {0, 0x41, 0, 0, 0, 0xBE, 0, 0});
  EXPECT_EQ(host.Finish(), 0x01U);
  EXPECT_EQ(host.Reply().size(), 18U);
}

TEST(EmulatedModule, AbortsTheCommandThatExecutes) {
  TestHost host;
  const Bytes image = TestHost::Image();
  Bytes lpl = MakeBytes({0, 0, 0x0B, 0xB8, 0, 0, 0, 0});
  Append(lpl, ByteView(image).first(64));
  ASSERT_TRUE(host.Trigger(0x0101, lpl));
  EXPECT_TRUE(host.Trigger(0x0004));
  EXPECT_EQ(host.ReadByte(37), 0x03U);
  EXPECT_THAT(host.module().violations(), IsEmpty());
}

TEST(EmulatedModule, ContinuesInTheUpperMemoryBehindThePageSelection) {
  TestHost host;
  const Bytes select = MakeBytes({0x7F, 0x01});
  const I2cReply reply = host.Transfer({{.write = select}, {.read = 3}});
  EXPECT_EQ(reply.read, MakeBytes({0, 0, 1}));  // no other image, hardware 1.0
  EXPECT_THAT(host.module().violations(), IsEmpty());
}

}  // namespace
}  // namespace reflash::emu
