// SPDX-License-Identifier: Apache-2.0
// The staged failures of an emulated module.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emu/test_host.h"

namespace reflash::emu {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::IsEmpty;

constexpr unsigned kNack = TestHost::kNotAcknowledged;

ModuleSettings With(const char* when, std::uint32_t nth, const char* effect,
                    ModuleSettings settings = {}) {
  settings.faults.push_back(FaultSettings::Parse(when, nth, effect).value());
  return settings;
}

TEST(CommandFault, NackRefusesTheTriggerAndTheCommandDoesNotRun) {
  TestHost host(With("0103", 2, "nack"));
  const Bytes image = TestHost::Image();
  const ByteView data = ByteView(image).subspan(64);
  host.Start(image);
  EXPECT_EQ(host.WriteLpl(0, data.first(100)), 0x01U);
  EXPECT_EQ(host.WriteLpl(100, data.subspan(100, 100)), kNack);
  EXPECT_EQ(host.ReadByte(37), 0x01U);
  EXPECT_EQ(host.module().Banks().bank(Bank::kB).image()[164], std::byte{0xFF});
  EXPECT_EQ(host.WriteLpl(100, data.subspan(100, 100)), 0x01U);
  EXPECT_THAT(host.module().violations(), IsEmpty());
}

TEST(CommandFault, NackTellsWhichMessageWasRefused) {
  TestHost host(With("0041", 1, "nack"));
  host.SelectPage(0x9F);
  const Bytes body = MakeBytes({130, 0, 0, 0, 0xBE, 0, 0});
  const Bytes trigger = MakeBytes({128, 0x00, 0x41});
  EXPECT_EQ(host.Transfer({{.write = body}, {.write = trigger}}).not_acknowledged_at, 1U);
}

TEST(CommandFault, StatusFailsTheCommandWithoutEffect) {
  TestHost host(With("0101", 1, "status:6a", {.other_version = Version{1, 0, 0}}));
  EXPECT_EQ(host.Start(TestHost::Image()), 0x6AU);
  EXPECT_TRUE(host.module().Banks().bank(Bank::kB).valid());
  EXPECT_EQ(host.Start(TestHost::Image()), 0x01U);
}

TEST(CommandFault, StuckStaysBusyUntilAReset) {
  TestHost host(With("0107", 1, "stuck"));
  host.Start(TestHost::Image());
  host.WriteBlocks(TestHost::Image());
  EXPECT_TRUE(host.Trigger(0x0107));
  host.Wait(seconds(10000));
  EXPECT_EQ(host.ReadByte(37), 0x83U);
  EXPECT_TRUE(host.Trigger(0x0004));
  EXPECT_EQ(host.ReadByte(37), 0x83U);
  host.module().Reset();
  host.Wait(seconds(4));
  EXPECT_EQ(host.ReadByte(37), 0x00U);
  EXPECT_FALSE(host.module().Banks().bank(Bank::kB).valid());
}

TEST(CommandFault, StuckInForegroundAcknowledgesNothing) {
  TestHost host(With("0041", 1, "stuck", {.background = false}));
  EXPECT_TRUE(host.Trigger(0x0041));
  host.Wait(seconds(10000));
  EXPECT_EQ(host.ReadByte(37), kNack);
}

TEST(CommandFault, GarbleOfAnLplBlockIsFoundByItsCheckCode) {
  TestHost host(With("0103", 1, "garble"));
  host.Start(TestHost::Image());
  EXPECT_EQ(host.WriteLpl(0, Bytes(10)), 0x45U);
  EXPECT_EQ(host.WriteLpl(0, Bytes(10)), 0x01U);
}

TEST(CommandFault, GarbleOfAnEplBlockIsFoundOnlyByComplete) {
  TestHost host(With("0104", 1, "garble"));
  const Bytes image = TestHost::Image({1, 3, 0}, 64 + 1000);
  host.Start(image);
  host.SelectPage(0xA0);
  host.Write(128, ByteView(image).subspan(64));
  EXPECT_EQ(host.Command(0x0104, Bytes(4), 1000), 0x01U);
  EXPECT_EQ(host.Command(0x0107), 0x64U);
}

TEST(CommandFault, GarbleOfACommandWithoutDataHitsItsHeader) {
  TestHost host(With("0107", 1, "garble"));
  EXPECT_EQ(host.Command(0x0107), 0x45U);
}

TEST(CommandFault, GarbleOfAReplyIsFoundByItsCheckCode) {
  TestHost host(With("0100", 1, "garble"));
  EXPECT_EQ(host.Command(0x0100), 0x01U);
  const Bytes garbled = host.Reply();
  EXPECT_NE(host.ReadByte(135), std::to_integer<unsigned>(TestHost::CheckCode(garbled, {})));
  host.Command(0x0100);
  EXPECT_NE(host.Reply(), garbled);
}

TEST(CommandFault, PowerCutLosesWhatIsUnderWayAndBootsByItself) {
  TestHost host(With("0103", 2, "power-cut"));
  const Bytes image = TestHost::Image();
  host.Start(image);
  EXPECT_EQ(host.WriteLpl(0, Bytes(100)), 0x01U);
  EXPECT_TRUE(host.Trigger(0x0103, Bytes(104)));
  EXPECT_EQ(host.ReadByte(37), kNack);
  host.Wait(seconds(3));
  EXPECT_EQ(host.State(), 3U);
  EXPECT_EQ(host.WriteLpl(0, Bytes(100)), 0x47U);
  EXPECT_FALSE(host.module().Banks().bank(Bank::kB).valid());
  EXPECT_EQ(host.Download(image), 0x01U);
}

TEST(CommandFault, RemoveLastsUntilTheModuleIsInsertedAgain) {
  TestHost host(With("0107", 1, "remove"));
  EXPECT_TRUE(host.Trigger(0x0107));
  host.Wait(seconds(100));
  EXPECT_EQ(host.ReadByte(37), kNack);
  host.module().Insert();
  host.Wait(seconds(3));
  EXPECT_EQ(host.State(), 3U);
}

TEST(CommandFault, WrongStatusShowsThePreviousOneForSoLong) {
  TestHost host(With("0107", 1, "wrong-status:0.25"));
  EXPECT_EQ(host.Command(0x0041), 0x01U);
  EXPECT_TRUE(host.Trigger(0x0107));
  host.Read(8, 1);
  EXPECT_EQ(host.ReadByte(37), 0x01U);
  host.Wait(milliseconds(240));
  EXPECT_EQ(host.ReadByte(37), 0x01U);
  host.Wait(milliseconds(10));
  EXPECT_EQ(host.ReadByte(37), 0x47U);
}

TEST(TransferFault, NackStrikesOnceAtTheAddress) {
  TestHost host(With("transfer", 2, "nack"));
  EXPECT_EQ(host.ReadByte(0), 0x18U);
  EXPECT_EQ(host.ReadByte(0), kNack);
  EXPECT_EQ(host.ReadByte(0), 0x18U);
}

TEST(TransferFault, GarbleFlipsAByteOfAReadOrElseOfTheData) {
  TestHost reading(With("transfer", 1, "garble"));
  EXPECT_EQ(*reading.Read(0, 3), MakeBytes({0x18, 0x52 ^ 0xFF, 0x00}));
  TestHost writing(With("transfer", 2, "garble"));
  writing.SelectPage(0xA0);
  writing.Write(128, {1, 2, 3});
  EXPECT_EQ(*writing.Read(128, 3), MakeBytes({1, 2, 3 ^ 0xFF}));
}

TEST(TransferFault, StuckAcknowledgesNothingUntilAReset) {
  TestHost host(With("transfer", 1, "stuck"));
  EXPECT_EQ(host.ReadByte(0), kNack);
  host.Wait(seconds(1000));
  EXPECT_EQ(host.ReadByte(0), kNack);
  host.module().Reset();
  host.Wait(seconds(3));
  EXPECT_EQ(host.ReadByte(0), 0x18U);
}

TEST(TransferFault, PowerCutAndRemoveTakeTheModuleAway) {
  TestHost host(With("transfer", 2, "remove", With("transfer", 1, "power-cut")));
  EXPECT_EQ(host.ReadByte(0), kNack);
  host.Wait(seconds(3));
  EXPECT_EQ(host.ReadByte(0), kNack);  // removed
  host.Wait(seconds(3));
  EXPECT_EQ(host.ReadByte(0), kNack);
}

TEST(BootFault, StuckNeverGetsReadyUntilTheNextReset) {
  TestHost host(With("boot", 1, "stuck", {.other_version = Version{1, 0, 0}}));
  EXPECT_EQ(host.Run(), 0x01U);
  host.Wait(seconds(1000));
  EXPECT_EQ(host.State(), 2U);
  EXPECT_EQ(host.module().Banks().running(), Bank::kB);
  host.Write(26, {0x08});
  host.Wait(seconds(3));
  EXPECT_EQ(host.State(), 3U);
  EXPECT_EQ(host.module().Banks().running(), Bank::kA);
}

TEST(BootFault, NackNeverAnswersUntilTheNextReset) {
  TestHost host(With("boot", 1, "nack"));
  host.module().Reset();
  host.Wait(seconds(1000));
  EXPECT_EQ(host.ReadByte(3), kNack);
  host.module().PowerCycle();
  host.Wait(seconds(3));
  EXPECT_EQ(host.State(), 3U);
}

TEST(BootFault, PowerCutBootsTheCommittedImage) {
  TestHost host(With("boot", 1, "power-cut", {.other_version = Version{1, 0, 0}}));
  EXPECT_EQ(host.Run(0, 10), 0x01U);
  host.Wait(milliseconds(2250));
  EXPECT_EQ(host.State(), kNack);
  host.Wait(milliseconds(2250 + 10));
  EXPECT_EQ(host.State(), 2U);
  EXPECT_EQ(host.module().Banks().running(), Bank::kA);
}

TEST(BootFault, RemoveLastsUntilTheModuleIsInsertedAgain) {
  TestHost host(With("boot", 1, "remove"));
  host.module().Reset();
  host.Wait(seconds(10));
  EXPECT_EQ(host.ReadByte(3), kNack);
  host.module().Insert();
  host.Wait(seconds(3));
  EXPECT_EQ(host.State(), 3U);
}

TEST(Fault, CountsFromWhenItIsSet) {
  TestHost host;
  host.Command(0x0041);
  host.module().AddFault(*FaultSettings::Parse("0041", 1, "status:40"));
  EXPECT_EQ(host.Command(0x0041), 0x40U);
  EXPECT_EQ(host.Command(0x0041), 0x01U);
}

struct FaultText {
  const char* when;
  std::uint32_t nth;
  const char* effect;
};

TEST(FaultSettings, RefuseWhatCannotBe) {
  for (const FaultText& text : {
           FaultText{"", 1, "nack"},
           FaultText{"103", 1, "nack"},
           FaultText{"01030", 1, "nack"},
           FaultText{"010x", 1, "nack"},
           FaultText{"transfers", 1, "nack"},
           FaultText{"0103", 0, "nack"},
           FaultText{"0103", 1, ""},
           FaultText{"0103", 1, "explode"},
           FaultText{"0103", 1, "nack:1"},
           FaultText{"0103", 1, "status"},
           FaultText{"0103", 1, "status:"},
           FaultText{"0103", 1, "status:3f"},
           FaultText{"0103", 1, "status:80"},
           FaultText{"0103", 1, "status:145"},
           FaultText{"0103", 1, "wrong-status:"},
           FaultText{"0103", 1, "wrong-status:-1"},
           FaultText{"0103", 1, "wrong-status:nan"},
           FaultText{"0103", 1, "wrong-status:1e99"},
           FaultText{"transfer", 1, "status:45"},
           FaultText{"transfer", 1, "wrong-status:1"},
           FaultText{"boot", 1, "garble"},
           FaultText{"boot", 1, "status:45"},
       }) {
    const auto fault = FaultSettings::Parse(text.when, text.nth, text.effect);
    ASSERT_FALSE(fault) << text.when << " " << text.effect;
    EXPECT_EQ(fault.error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST(FaultSettings, ReadNumbers) {
  const auto status = FaultSettings::Parse("010A", 3, "status:4F");
  EXPECT_EQ(status->command, 0x010AU);
  EXPECT_EQ(status->nth, 3U);
  EXPECT_EQ(status->status, 0x4FU);
  EXPECT_EQ(FaultSettings::Parse("0103", 1, "wrong-status:0.5")->wrong_status_for,
            milliseconds(500));
}

}  // namespace
}  // namespace reflash::emu
