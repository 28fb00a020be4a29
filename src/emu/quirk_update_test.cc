// SPDX-License-Identifier: Apache-2.0
// How an emulated module departs from the specification in downloads, boots, Run and Commit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
constexpr unsigned kPoweringUp = 2;
constexpr unsigned kReady = 3;

Bytes Number(std::uint32_t number) {
  Bytes bytes;
  AppendBigEndian(bytes, number);
  return bytes;
}

bool BankBValid(TestHost& host) { return host.module().Banks().bank(Bank::kB).valid(); }

/// A download of an image of a header and one block of 100 bytes, with these numbers.
unsigned DownloadWith(TestHost& host, std::uint32_t image_size, std::uint32_t block_address) {
  const Bytes image = TestHost::Image({1, 3, 0}, 164);
  Bytes start = Number(image_size);
  start.resize(8);
  Append(start, ByteView(image).first(64));
  Bytes block = Number(block_address);
  Append(block, ByteView(image).subspan(64));
  if (const unsigned status = host.Command(0x0101, start); status != kSuccess) return status;
  if (const unsigned status = host.Command(0x0103, block); status != kSuccess) return status;
  return host.Command(0x0107);
}

TEST(QuirkOfUpdate, TheImageSizeMayLeaveOutTheHeader) {
  const ModuleQuirks quirks = {.image_size_without_header = true};
  TestHost right({.quirks = quirks});
  EXPECT_EQ(DownloadWith(right, 100, 0), kSuccess);
  EXPECT_TRUE(BankBValid(right));
  TestHost wrong({.quirks = quirks});
  EXPECT_EQ(DownloadWith(wrong, 164, 0), 0x63U);
}

TEST(QuirkOfUpdate, TheBlockAddressMayCountTheHeader) {
  const ModuleQuirks quirks = {.block_address_with_header = true};
  TestHost right({.quirks = quirks});
  EXPECT_EQ(DownloadWith(right, 164, 64), kSuccess);
  EXPECT_TRUE(BankBValid(right));
  EXPECT_EQ(right.Command(0x0105, MakeBytes({0, 0, 0, 64, 0, 4})), kSuccess);
  EXPECT_EQ(right.Command(0x0105, MakeBytes({0, 0, 0, 63, 0, 4})), 0x42U);
  TestHost wrong({.quirks = quirks});
  EXPECT_EQ(DownloadWith(wrong, 164, 0), 0x42U);
  EXPECT_THAT(wrong.module().violations(), ElementsAre(HasSubstr("block 0x0 of 100 bytes")));
}

TEST(QuirkOfUpdate, StartMayCarryNothingOfTheImageOrAllThatFits) {
  for (const unsigned header : {0U, 112U}) {
    TestHost host({.start_header = static_cast<std::uint8_t>(header)});
    EXPECT_EQ(host.Download(TestHost::Image()), kSuccess);
    EXPECT_THAT(host.module().violations(), IsEmpty());
  }
}

TEST(QuirkOfUpdate, AnAbortMayBeToldAndNotBeThereOrTheOtherWayRound) {
  TestHost missing({.abort = false, .quirks = {.abort_advertised = true}});
  missing.Command(0x0041);
  EXPECT_EQ(missing.Reply()[1] & std::byte{1}, std::byte{1});
  missing.Start(TestHost::Image());
  EXPECT_EQ(missing.Command(0x0102), 0x41U);
  TestHost untold({.abort = true, .quirks = {.abort_advertised = false}});
  untold.Command(0x0041);
  EXPECT_EQ(untold.Reply()[1] & std::byte{1}, std::byte{0});
  untold.Start(TestHost::Image());
  EXPECT_EQ(untold.Command(0x0102), kSuccess);
}

TEST(QuirkOfUpdate, TheMechanismsThatAreToldChangeNothing) {
  TestHost host({.quirks = {.write_code = 0x00}});
  EXPECT_EQ(host.Download(TestHost::Image()), kSuccess);
}

TEST(QuirkOfUpdate, ALengthExtensionOf0041hBoundsTheBlocks) {
  TestHost host({.quirks = {.firmware_length_ext = 15}});
  host.Start(TestHost::Image());
  EXPECT_EQ(host.Command(0x0104, Number(0), 128), kSuccess);
  EXPECT_THAT(host.module().violations(), IsEmpty());
  EXPECT_EQ(host.Command(0x0104, Number(0), 129), 0x42U);
  EXPECT_THAT(host.module().violations(), ElementsAre(HasSubstr("129 instead of 1 to 128")));
}

TEST(QuirkOfUpdate, NinePagesTakeNoBlockOfTwelve) {
  TestHost host({.epl_pages = 9});
  host.Start(TestHost::Image());
  EXPECT_EQ(host.Command(0x0104, Number(0), 1152), kSuccess);
  EXPECT_EQ(host.Command(0x0104, Number(0), 1536), 0x42U);
}

TEST(QuirkOfUpdate, ABlockMayTakeLongerThanIsTold) {
  TestHost host({.block_busy = milliseconds(90), .quirks = {.advertised_write = milliseconds(2)}});
  host.Start(TestHost::Image());
  Bytes block = Number(0);
  block.resize(20);
  host.Trigger(0x0103, block);
  host.Wait(milliseconds(80));
  EXPECT_EQ(host.ReadByte(37), 0x83U);
  EXPECT_EQ(host.Finish(), kSuccess);
}

TEST(QuirkOfUpdate, IsQuietBehindComplete) {
  TestHost host({.quirks = {.quiet_after_complete = seconds(30)}});
  const Bytes image = TestHost::Image();
  host.Start(image);
  host.WriteBlocks(image);
  host.Trigger(0x0107);
  host.Wait(milliseconds(900));
  EXPECT_EQ(host.ReadByte(37), 0x83U);
  host.Wait(milliseconds(200));
  EXPECT_EQ(host.ReadByte(37), kNack);
  host.Wait(milliseconds(29'800));
  EXPECT_EQ(host.ReadByte(37), kNack);
  host.Wait(milliseconds(200));
  EXPECT_EQ(host.ReadByte(37), kSuccess);
  EXPECT_TRUE(BankBValid(host));
}

TEST(QuirkOfUpdate, ACompleteThatIsRefusedIsFollowedByNoQuiet) {
  TestHost host({.quirks = {.quiet_after_complete = seconds(30)}});
  EXPECT_EQ(host.Command(0x0107), 0x47U);
}

/// Loads and runs an image, until the module is Ready.
void UpdateAndBoot(TestHost& host) {
  ASSERT_EQ(host.Download(TestHost::Image()), kSuccess);
  ASSERT_EQ(host.Run(), kSuccess);
  host.Wait(milliseconds(3300));
  ASSERT_EQ(host.State(), kReady);
}

TEST(QuirkOfUpdate, ACommitIsRefusedForAWhileBehindReady) {
  TestHost host({.quirks = {.commit_refusal = CdbStatus{0x40}, .commit_not_before = seconds(2)}});
  EXPECT_EQ(host.Command(0x010A), kSuccess) << "Ready from the beginning";
  UpdateAndBoot(host);
  EXPECT_EQ(host.Command(0x010A), 0x40U);
  host.Wait(milliseconds(1700));
  EXPECT_EQ(host.Command(0x010A), 0x40U);
  host.Wait(milliseconds(300));
  EXPECT_EQ(host.Command(0x010A), kSuccess);
}

TEST(QuirkOfUpdate, ACommitIsRefusedForAWhileBehindRun) {
  TestHost host({.quirks = {.commit_after_run = seconds(5)}});
  UpdateAndBoot(host);
  EXPECT_EQ(host.Command(0x010A), 0x47U);
  host.Wait(milliseconds(1500));
  EXPECT_EQ(host.Command(0x010A), 0x47U);
  host.Wait(milliseconds(300));
  EXPECT_EQ(host.Command(0x010A), kSuccess);
}

TEST(QuirkOfUpdate, ACommitMayTakeFourSeconds) {
  TestHost host({.commit_busy = seconds(4)});
  host.Trigger(0x010A);
  host.Wait(milliseconds(3900));
  EXPECT_EQ(host.ReadByte(37), 0x83U);
  EXPECT_EQ(host.Finish(), kSuccess);
}

TEST(QuirkOfUpdate, TheBankReportMayAlwaysCallWhatRunsA) {
  TestHost host({.other_version = Version{1, 0, 0}, .quirks = {.bank_report_always_a = true}});
  EXPECT_EQ(host.Command(0x0100), kSuccess);
  EXPECT_EQ(ToHex(ByteView(host.Reply()).first(4)), "03030102");
  UpdateAndBoot(host);
  EXPECT_EQ(host.module().Banks().running(), Bank::kB);
  EXPECT_EQ(host.Command(0x0100), kSuccess);
  EXPECT_EQ(ToHex(ByteView(host.Reply()).first(4)), "03030103");
  EXPECT_EQ(ToHex(ByteView(host.Reply()).subspan(38, 2)), "0102");
  EXPECT_EQ(host.module().Banks().committed(), Bank::kA);
}

TEST(QuirkOfUpdate, ABankReportThatIsAlwaysAShowsADownloadInB) {
  TestHost host({.quirks = {.bank_report_always_a = true}});
  UpdateAndBoot(host);
  host.Start(TestHost::Image());
  host.Command(0x0100);
  EXPECT_EQ(ToHex(ByteView(host.Reply()).first(2)), "4301");
}

TEST(QuirkOfUpdate, AHitlessRunMayResetAllTheSame) {
  TestHost hitless({.hitless = true});
  TestHost resets({.hitless = true, .quirks = {.hitless_resets = true}});
  for (TestHost* const host : {&hitless, &resets}) {
    ASSERT_EQ(host->Download(TestHost::Image()), kSuccess);
    EXPECT_EQ(host->Run(1), kSuccess);
    host->Wait(milliseconds(2600));
  }
  EXPECT_EQ(hitless.State(), kReady);
  EXPECT_EQ(resets.State(), kPoweringUp);
  resets.Wait(seconds(1));
  EXPECT_EQ(resets.State(), kReady);
}

TEST(QuirkOfUpdate, AModuleMayAnswerAllThroughItsBoot) {
  TestHost host({.quirks = {.answers_in_boot = true}});
  ASSERT_EQ(host.Download(TestHost::Image()), kSuccess);
  ASSERT_EQ(host.Run(), kSuccess);
  host.Wait(milliseconds(250));
  EXPECT_EQ(host.State(), kPoweringUp);
  EXPECT_EQ(host.ReadByte(37), 0x00U) << "CDB is reset";
  host.Wait(milliseconds(2800));
  EXPECT_EQ(host.State(), kPoweringUp);
  host.Wait(milliseconds(200));
  EXPECT_EQ(host.State(), kReady);
}

TEST(QuirkOfUpdate, ABootThatIsStuckStaysInModulePwrUpAlsoWhenTheModuleAnswers) {
  TestHost host({.quirks = {.answers_in_boot = true}});
  host.module().AddFault(*FaultSettings::Parse("boot", 1, "stuck"));
  host.module().Reset();
  host.Wait(seconds(100));
  EXPECT_EQ(host.State(), kPoweringUp);
}

TEST(QuirkOfUpdate, AWriteIsFollowedByAHold) {
  TestHost host({.write_hold = milliseconds(5)});
  host.SelectPage(1);
  EXPECT_EQ(host.ReadByte(127), kNack);
  host.Wait(milliseconds(5));
  EXPECT_EQ(host.ReadByte(127), 1U);
}

/// Triggers a command on a module that holds for 5 ms after each write.
void TriggerSlowly(TestHost& host, unsigned command, ByteView lpl) {
  const auto length = static_cast<unsigned>(lpl.size());
  const Bytes header = MakeBytes({1, command, 0, 0, length});
  const auto code = std::to_integer<unsigned>(TestHost::CheckCode(header, lpl));
  Bytes body = MakeBytes({0, 0, length, code, 0, 0});
  Append(body, lpl);
  for (const auto& [offset, data] :
       {std::pair(126, MakeBytes({0, 0x9F})), {130, body}, {128, MakeBytes({1, command})}}) {
    host.Wait(milliseconds(6));
    ASSERT_TRUE(host.Write(static_cast<std::uint8_t>(offset), data));
  }
}

TEST(QuirkOfUpdate, TheEndOfCompleteDoesNotShortenAHold) {
  TestHost host({.start_header = 0,
                 .start_busy = milliseconds(1),
                 .complete_busy = milliseconds(1),
                 .write_hold = milliseconds(5)});
  TriggerSlowly(host, 0x01, MakeBytes({0, 0, 0, 100, 0, 0, 0, 0}));
  TriggerSlowly(host, 0x07, {});
  host.Wait(milliseconds(3));
  EXPECT_EQ(host.ReadByte(37), kNack);
  host.Wait(milliseconds(2));
  EXPECT_EQ(host.ReadByte(37), 0x62U);
}

TEST(QuirkOfUpdate, TimesAreDividedByTheScale) {
  TestHost host({.time_scale = 10,
                 .quirks = {.status_zero = milliseconds(50), .commit_after_run = seconds(50)}});
  host.Trigger(0x0041);
  host.Wait(milliseconds(4));
  EXPECT_EQ(host.ReadByte(37), 0x00U);
  EXPECT_EQ(host.Finish(), 0x00U);
  host.Wait(milliseconds(2));
  EXPECT_EQ(host.ReadByte(37), kSuccess);
}

}  // namespace
}  // namespace reflash::emu
