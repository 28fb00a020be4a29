// SPDX-License-Identifier: Apache-2.0
// The firmware commands of an emulated module: downloads, boots, banks, passwords.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "emu/test_host.h"

namespace reflash::emu {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::IsEmpty;

constexpr unsigned kNack = TestHost::kNotAcknowledged;

/// Bytes 136 and 137 of the reply of 0100h: flags of the banks, versions present.
std::string Flags(TestHost& host) {
  EXPECT_EQ(host.Command(0x0100), 0x01U);
  return ToHex(ByteView(host.Reply()).first(2));
}

Bytes Address(std::uint32_t address) {
  Bytes lpl;
  AppendBigEndian(lpl, address);
  return lpl;
}

Bytes ReadRequest(std::uint32_t address, std::uint16_t count) {
  Bytes lpl = Address(address);
  AppendBigEndian(lpl, count);
  return lpl;
}

const ImageBank& BankB(TestHost& host) { return host.module().Banks().bank(Bank::kB); }

TEST(FirmwareUpdate, InvalidatesTheInactiveBankFromStartToComplete) {
  TestHost host({.other_version = Version{1, 0, 0}});
  const Bytes image = TestHost::Image();
  EXPECT_EQ(Flags(host), "0303");
  host.Start(image);
  EXPECT_EQ(Flags(host), "4301");
  host.SelectPage(1);
  EXPECT_EQ(*host.Read(128, 2), MakeBytes({0xFF, 0xFF}));
  host.WriteBlocks(image);
  EXPECT_EQ(Flags(host), "4301");
  EXPECT_EQ(host.Command(0x0107), 0x01U);
  EXPECT_EQ(Flags(host), "0303");
}

TEST(FirmwareUpdate, InvalidatesTheBankAtOnceWhenStartIsTriggered) {
  TestHost host({.other_version = Version{1, 0, 0}});
  Bytes lpl = MakeBytes({0, 0, 0x0B, 0xB8, 0, 0, 0, 0});
  Append(lpl, ByteView(TestHost::Image()).first(64));
  host.Trigger(0x0101, lpl);
  EXPECT_FALSE(BankB(host).valid());
}

TEST(FirmwareUpdate, TakesBlocksByEplInOneBurstOverAllPages) {
  TestHost host;
  const Bytes image = TestHost::Image({1, 3, 0}, 64 + 2048 + 500);
  host.Start(image);
  host.SelectPage(0xA0);
  EXPECT_TRUE(host.Write(128, ByteView(image).subspan(64, 2048)));
  EXPECT_EQ(host.ReadByte(127), 0xAFU);
  EXPECT_EQ(host.Command(0x0104, Address(0), 2048), 0x01U);
  host.SelectPage(0xA0);
  EXPECT_TRUE(host.Write(128, ByteView(image).subspan(64 + 2048)));
  EXPECT_EQ(host.ReadByte(127), 0xA3U);
  EXPECT_EQ(host.Command(0x0104, Address(2048), 500), 0x01U);
  EXPECT_EQ(host.Command(0x0107), 0x01U);
  EXPECT_THAT(host.module().violations(), IsEmpty());
}

TEST(FirmwareUpdate, TakesABlockTwiceAndBlocksInAnyOrder) {
  TestHost host({.skip_erased = false});
  const Bytes image = TestHost::Image({1, 3, 0}, 64 + 300);
  const ByteView data = ByteView(image).subspan(64);
  host.Start(image);
  EXPECT_EQ(host.WriteLpl(200, data.subspan(200, 100)), 0x01U);
  EXPECT_EQ(host.WriteLpl(0, data.first(100)), 0x01U);
  EXPECT_EQ(host.WriteLpl(0, data.first(100)), 0x01U);
  EXPECT_EQ(host.WriteLpl(100, data.subspan(100, 100)), 0x01U);
  EXPECT_EQ(host.Command(0x0107), 0x01U);
}

TEST(FirmwareUpdate, RefusesAnImageWithHolesUnlessErasedBytesMayBeSkipped) {
  Bytes image = TestHost::Image({1, 3, 0}, 64 + 300);
  std::fill(image.begin() + 164, image.end(), std::byte{0xFF});
  StoreBigEndian(std::span(image).subspan(36), ImageChecksum(image));
  for (const bool skip : {false, true}) {
    TestHost host({.skip_erased = skip});
    host.Start(image);
    host.WriteLpl(0, ByteView(image).subspan(64, 100));
    EXPECT_EQ(host.Command(0x0107), skip ? 0x01U : 0x61U);
    EXPECT_EQ(BankB(host).valid(), skip);
  }
}

struct BadImage {
  const char* what;
  unsigned status;
  void (*spoil)(Bytes& image);
};

TEST(FirmwareUpdate, TellsWhyAnImageIsRefused) {
  const std::array bad_images = {
      BadImage{"magic", 0x62, [](Bytes& image) { image[0] ^= std::byte{1}; }},
      BadImage{"format", 0x62, [](Bytes& image) { image[9] ^= std::byte{1}; }},
      BadImage{"length", 0x63, [](Bytes& image) { image.push_back(std::byte{0}); }},
      BadImage{"payload", 0x64, [](Bytes& image) { image.back() ^= std::byte{1}; }},
      BadImage{"part", 0x65, [](Bytes& image) { image = *MakeImage({1, 3, 0}, "OTHER", 3000); }},
  };
  for (const BadImage& bad : bad_images) {
    TestHost host;
    Bytes image = TestHost::Image();
    bad.spoil(image);
    EXPECT_EQ(host.Download(image), bad.status) << bad.what;
    EXPECT_FALSE(BankB(host).valid()) << bad.what;
    EXPECT_EQ(host.WriteLpl(0, Bytes(10)), 0x47U) << "the download is over after " << bad.what;
  }
}

TEST(FirmwareUpdate, RefusesAnImageThatDoesNotFitTheBank) {
  TestHost host({.other_version = Version{1, 0, 0}, .bank_bytes = 2999});
  EXPECT_EQ(host.Start(TestHost::Image()), 0x60U);
  EXPECT_TRUE(BankB(host).valid());
}

TEST(FirmwareUpdate, ReadsBackWhatTheInactiveBankHolds) {
  TestHost host;
  const Bytes image = TestHost::Image();
  host.Download(image);
  EXPECT_EQ(host.Command(0x0105, ReadRequest(1000, 116)), 0x01U);
  Bytes expected = Address(1000);
  Append(expected, ByteView(image).subspan(1064, 116));
  EXPECT_EQ(host.Reply(), expected);

  EXPECT_EQ(host.Command(0x0106, ReadRequest(36, 2048)), 0x01U);
  host.SelectPage(0x9F);
  EXPECT_EQ(host.ReadByte(134), 255U);
  host.SelectPage(0xA0);
  const Bytes read = *host.Read(128, 2048);
  EXPECT_EQ(ToHex(read), ToHex(ByteView(image).subspan(100, 2048)));

  EXPECT_EQ(host.Command(0x0105, ReadRequest(2936, 1)), 0x42U);
  EXPECT_EQ(host.Command(0x0105, ReadRequest(0, 117)), 0x42U);
  EXPECT_EQ(host.Command(0x0105, ReadRequest(0xFFFFFFFF, 116)), 0x42U);
  EXPECT_THAT(host.module().violations(), IsEmpty());
}

TEST(FirmwareUpdate, KnowsOnlyTheCommandsThatAreAdvertised) {
  TestHost host({.write = WriteMechanism::kEpl, .readback = false, .abort = false, .copy = false});
  EXPECT_EQ(host.Command(0x0102), 0x41U);
  EXPECT_EQ(host.Command(0x0103, Bytes(5)), 0x41U);
  EXPECT_EQ(host.Command(0x0105, ReadRequest(0, 1)), 0x41U);
  EXPECT_EQ(host.Command(0x0106, ReadRequest(0, 1)), 0x41U);
  EXPECT_EQ(host.Command(0x0108, MakeBytes({0xAB})), 0x41U);
  EXPECT_EQ(host.Command(0x7777), 0x41U);
  TestHost lpl_only({.epl_pages = 0});
  EXPECT_EQ(lpl_only.Command(0x0104, Address(0)), 0x41U);
  EXPECT_EQ(lpl_only.Command(0x0106, ReadRequest(0, 1)), 0x41U);
}

TEST(FirmwareUpdate, AbortsADownload) {
  TestHost host;
  EXPECT_EQ(host.Command(0x0102), 0x47U);
  host.Start(TestHost::Image());
  EXPECT_EQ(host.Command(0x0102), 0x01U);
  EXPECT_EQ(host.Command(0x0107), 0x47U);
  EXPECT_FALSE(BankB(host).valid());
  EXPECT_EQ(host.Download(TestHost::Image()), 0x01U);
}

TEST(FirmwareUpdate, BootsTheCommittedBankAgainWhenTheRunOneWasNotCommitted) {
  TestHost host;
  host.Download(TestHost::Image());
  host.Run();
  host.Wait(seconds(4));
  EXPECT_EQ(Flags(host), "1203");
  host.module().PowerCycle();
  host.Wait(seconds(4));
  EXPECT_EQ(Flags(host), "0303");
}

TEST(FirmwareUpdate, RollsBackByRunningTheInactiveBank) {
  TestHost host;
  host.Download(TestHost::Image());
  host.Run();
  host.Wait(seconds(4));
  EXPECT_EQ(host.Run(0), 0x01U);
  host.Wait(seconds(4));
  EXPECT_EQ(Flags(host), "0303");
}

TEST(FirmwareUpdate, RestartsTheRunningImageInMode2) {
  TestHost host;
  host.Download(TestHost::Image());
  host.Run();
  host.Wait(seconds(4));
  EXPECT_EQ(host.Run(2), 0x01U);
  host.Wait(seconds(4));
  EXPECT_EQ(Flags(host), "1203");
}

TEST(FirmwareUpdate, RunsAfterTheDelayThatBeginsWhenTheCommandIsComplete) {
  TestHost host({.other_version = Version{1, 0, 0}, .run_busy = milliseconds(50)});
  host.Run(0, 500);
  const TimePoint complete = host.now();
  host.Wait(complete + milliseconds(498) - host.now());
  EXPECT_NE(host.ReadByte(3), kNack);
  host.Wait(milliseconds(3));
  EXPECT_EQ(host.ReadByte(3), kNack);
}

TEST(FirmwareUpdate, MayVanishBeforeTheStatusIsReadWhenRunHasNoDelay) {
  TestHost host({.other_version = Version{1, 0, 0}, .run_busy = Duration::zero()});
  EXPECT_TRUE(host.Trigger(0x0109, MakeBytes({0, 0, 0, 0})));
  EXPECT_EQ(host.ReadByte(37), kNack);
}

TEST(FirmwareUpdate, RunsHitlesslyOnlyWhereThatIsPossible) {
  TestHost host({.other_version = Version{1, 0, 0}});
  EXPECT_EQ(host.Run(1), 0x42U);
  EXPECT_EQ(host.Run(3), 0x42U);
  EXPECT_EQ(host.Run(4), 0x42U);
  TestHost hitless({.other_version = Version{1, 0, 0}, .hitless = true});
  EXPECT_EQ(hitless.Run(1, 10), 0x01U);
  hitless.Wait(milliseconds(10 + 2250));
  EXPECT_EQ(hitless.State(), 3U);
  EXPECT_EQ(Flags(hitless), "1203");
}

TEST(FirmwareUpdate, CopiesAnImageToTheOtherBank) {
  TestHost host;
  EXPECT_EQ(host.Command(0x0108, MakeBytes({0xBA})), 0x47U);  // A runs
  EXPECT_EQ(host.Command(0x0108, MakeBytes({0xAA})), 0x42U);
  EXPECT_EQ(host.Command(0x0108, MakeBytes({0xAB})), 0x01U);
  EXPECT_EQ(host.Reply(), MakeBytes({0, 0, 0x10, 0, 0xAB, 0}));
  EXPECT_EQ(BankB(host).version(), (Version{1, 2, 0}));
}

TEST(FirmwareUpdate, LosesADownloadWhenThePowerIsCut) {
  TestHost host;
  const Bytes image = TestHost::Image();
  host.Start(image);
  host.WriteLpl(0, ByteView(image).subspan(64, 116));
  host.module().PowerCycle();
  host.Wait(seconds(4));
  EXPECT_EQ(Flags(host), "4301");
  EXPECT_EQ(host.WriteLpl(116, ByteView(image).subspan(180, 116)), 0x47U);
  EXPECT_EQ(host.Download(image), 0x01U);
}

TEST(FirmwareUpdate, LosesACopyWhenThePowerIsCut) {
  TestHost host({.other_version = Version{1, 0, 0}});
  EXPECT_TRUE(host.Trigger(0x0108, MakeBytes({0xAB})));
  host.Wait(milliseconds(500));
  host.module().PowerCycle();
  host.Wait(seconds(4));
  EXPECT_EQ(Flags(host), "4301");
}

TEST(FirmwareUpdate, BootsTheOtherBankWhenTheCommittedOneIsInvalid) {
  TestHost host;
  host.Download(TestHost::Image());
  host.Run();
  host.Wait(seconds(4));
  host.Start(TestHost::Image());  // overwrites A, which is committed
  host.module().Reset();
  host.Wait(seconds(4));
  EXPECT_EQ(Flags(host), "1602");
}

TEST(SingleBank, RunsTheOldImageFromRamUntilItBoots) {
  TestHost host({.banks = 1});
  const Bytes image = TestHost::Image();
  EXPECT_EQ(Flags(host), "0301");
  host.Start(image);
  EXPECT_EQ(Flags(host), "0600");
  EXPECT_EQ(*host.Read(39, 2), MakeBytes({1, 2}));
  EXPECT_EQ(host.WriteBlocks(image), 0x01U);
  EXPECT_EQ(host.Command(0x0107), 0x01U);
  EXPECT_EQ(*host.Read(39, 2), MakeBytes({1, 2}));
  EXPECT_EQ(host.Command(0x010A), 0x47U);
  EXPECT_EQ(host.Run(), 0x01U);
  host.Wait(seconds(4));
  EXPECT_EQ(*host.Read(39, 2), MakeBytes({1, 3}));
  EXPECT_EQ(Flags(host), "0301");
  EXPECT_EQ(host.Command(0x010A), 0x01U);
}

TEST(SingleBank, StaysInItsBootLoaderAfterAnInterruptedDownloadAndTakesAnother) {
  TestHost host({.banks = 1});
  host.Start(TestHost::Image());
  host.module().PowerCycle();
  host.Wait(seconds(4));
  EXPECT_EQ(host.State(), 1U);
  EXPECT_EQ(*host.Read(39, 2), MakeBytes({0, 0}));
  EXPECT_EQ(host.ReadByte(8) & 2U, 2U);
  EXPECT_EQ(Flags(host), "0600");
  EXPECT_EQ(host.Download(TestHost::Image()), 0x01U);
  EXPECT_EQ(host.Run(), 0x01U);
  host.Wait(seconds(4));
  EXPECT_EQ(host.State(), 3U);
  EXPECT_EQ(Flags(host), "0301");
}

TEST(Password, LocksTheFirmwareUntilItIsEntered) {
  TestHost host({.password = 0x00001011});
  EXPECT_EQ(host.Command(0x0000, Bytes(2)), 0x01U);
  EXPECT_EQ(host.Reply(), MakeBytes({2, 0}));
  EXPECT_EQ(host.Command(0x0041), 0x01U);
  EXPECT_EQ(host.Command(0x0100), 0x01U);
  EXPECT_EQ(host.Start(TestHost::Image()), 0x46U);
  EXPECT_EQ(host.Command(0x0001, MakeBytes({0, 0, 0x10, 0x12})), 0x46U);
  EXPECT_EQ(host.Command(0x0001, MakeBytes({0, 0, 0x10, 0x11})), 0x01U);
  EXPECT_EQ(host.Command(0x0000, Bytes(2)), 0x01U);
  EXPECT_EQ(host.Reply(), MakeBytes({2, 1}));
  EXPECT_EQ(host.Start(TestHost::Image()), 0x01U);
}

TEST(Password, IsTakenInTheLowerMemoryAndNotShown) {
  TestHost host({.password = 0x00001011});
  host.Write(122, {0, 0, 0x10, 0x11});
  EXPECT_EQ(*host.Read(122, 4), MakeBytes({0, 0, 0, 0}));
  EXPECT_EQ(host.Start(TestHost::Image()), 0x01U);
  host.Write(122, {0, 0, 0x10, 0x12});
  EXPECT_EQ(host.Command(0x0102), 0x46U);
}

TEST(Password, IsForgottenByABoot) {
  TestHost host({.other_version = Version{1, 0, 0}, .password = 7});
  host.Write(122, {0, 0, 0, 7});
  EXPECT_EQ(host.Run(), 0x01U);
  host.Wait(seconds(4));
  EXPECT_EQ(host.Command(0x010A), 0x46U);
}

TEST(Password, CanBeChangedOnceItIsEntered) {
  TestHost host({.password = 7});
  EXPECT_EQ(host.Command(0x0002, MakeBytes({0, 0, 0, 8})), 0x46U);
  host.Write(122, {0, 0, 0, 7});
  EXPECT_EQ(host.Command(0x0002, MakeBytes({0, 0, 0, 8})), 0x01U);
  host.module().Reset();
  host.Wait(seconds(4));
  EXPECT_EQ(host.Command(0x0001, MakeBytes({0, 0, 0, 7})), 0x46U);
  EXPECT_EQ(host.Command(0x0001, MakeBytes({0, 0, 0, 8})), 0x01U);
}

TEST(QueryStatus, TakesTheTimeThatWasAskedFor) {
  TestHost host;
  EXPECT_TRUE(host.Trigger(0x0000, MakeBytes({0x01, 0xF4})));
  host.Wait(milliseconds(500));
  EXPECT_EQ(host.ReadByte(37), 0x83U);
  host.Wait(milliseconds(1));
  EXPECT_EQ(host.ReadByte(37), 0x01U);
}

}  // namespace
}  // namespace reflash::emu
