// SPDX-License-Identifier: Apache-2.0
// The CMIS driver against modules that depart from the specification in one thing, or take one of
// two readings of it: each quirk of the emulator by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "module_bench.h"

namespace reflash {
namespace {

using emu::CdbStatus;
using emu::WriteMechanism;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::IsEmpty;

struct Oddity {
  const char* name;
  emu::ModuleSettings settings;
  JobOptions options{};
};

void PrintTo(const Oddity& oddity, std::ostream* stream) { *stream << oddity.name; }

const Oddity kOddities[] = {
    // What it tells. (1, 2, 3, 8, 21)
    {"OldCodesOfBoth", {.quirks = {.write_code = 0x03, .read_code = 0x03}}},
    {"OldCodesOfEpl",
     {.write = WriteMechanism::kEpl, .quirks = {.write_code = 0x02, .read_code = 0x02}}},
    {"NoCodes", {.quirks = {.write_code = 0x00, .read_code = 0x00}}},
    {"UnknownCodes",
     {.write = WriteMechanism::kLpl, .quirks = {.write_code = 0x7F, .read_code = 0x7F}}},
    {"BlocksOf128Bytes", {.quirks = {.firmware_length_ext = 15}}},
    {"BlocksThatEndWithinAPage", {.quirks = {.firmware_length_ext = 100}}},
    {"BlocksSmallerThanTheLpl", {.quirks = {.firmware_length_ext = 0}}},
    {"EplBlocksOf8Bytes", {.write = WriteMechanism::kEpl, .quirks = {.firmware_length_ext = 0}}},
    {"LongerBlocksThanBursts",
     {.read_write_length_ext = 15, .quirks = {.firmware_length_ext = 255}}},
    {"NoDurations",
     {.quirks = {.advertised_start = Duration(0),
                 .advertised_abort = Duration(0),
                 .advertised_write = Duration(0),
                 .advertised_complete = Duration(0)}}},
    {"DurationsThatAreTooShort",
     {.start_busy = seconds(11),
      .block_busy = milliseconds(900),
      .complete_busy = seconds(25),
      .quirks = {.advertised_start = milliseconds(1),
                 .advertised_write = milliseconds(1),
                 .advertised_complete = milliseconds(1)}}},
    {"BusyTimeOfTheOtherCoding", {.background = false, .quirks = {.busy_time_code = 0x4F}}},
    {"TwelvePages", {.epl_pages = 12}},
    {"TwelvePagesOneByOne", {.epl_pages = 12, .auto_paging = false}},
    {"NinePages", {.epl_pages = 9}},
    {"NinePagesOneByOne", {.epl_pages = 9, .auto_paging = false}},
    {"NinePagesInForeground", {.epl_pages = 9, .background = false}},
    // Its replies. (5, 26)
    {"FeaturesLongerThanTheyAre", {.quirks = {.features_reply_length = 24}}},
    {"InfoLongerThanItIs", {.quirks = {.info_reply_length = 112}}},
    {"InfoWithoutFactoryImage", {.quirks = {.info_reply_length = 74}}},
    {"ReplyCheckFromTheHeaderOn", {.quirks = {.reply_check = emu::ReplyCheck::kHeader}}},
    {"ReplyCheckOfZero", {.quirks = {.reply_check = emu::ReplyCheck::kZero}}},
    {"ReplyCheckThatIsWrong", {.quirks = {.reply_check = emu::ReplyCheck::kWrong}}},
    // Its status and its flags. (9, 10, 11)
    {"StatusZeroForAMoment", {.quirks = {.status_zero = milliseconds(5)}}},
    {"StatusZeroForLong", {.quirks = {.status_zero = milliseconds(1500)}}},
    {"StatusZeroInForeground",
     {.background = false, .quirks = {.status_zero = milliseconds(1500)}}},
    {"StaleStatusForAMoment", {.quirks = {.stale_status = milliseconds(3)}}},
    {"StaleStatusForLong", {.quirks = {.stale_status = milliseconds(60)}}},
    {"StaleStatusInForeground",
     {.background = false, .quirks = {.stale_status = milliseconds(60)}}},
    {"StaleStatusOfAPromptModule",
     {.start_busy = {},
      .block_busy = {},
      .complete_busy = {},
      .run_busy = {},
      .command_busy = {},
      .quirks = {.stale_status = milliseconds(20)}}},
    {"NoCompletionFlag", {.quirks = {.completion_flag = false}}},
    {"NoCompletionFlagAndStaleStatus",
     {.quirks = {.stale_status = milliseconds(9), .completion_flag = false}}},
    {"FlagThief", {.quirks = {.flag_thief = true}}},
    {"FlagThiefAndStaleStatus", {.quirks = {.stale_status = milliseconds(9), .flag_thief = true}}},
    {"SecondHostThatReadsFlags",
     {.quirks = {.second_host_period = milliseconds(7),
                 .second_host = emu::SecondHostAct::kReadFlags}}},
    // Downloads. (12, 25)
    {"AbortThatIsToldAndMissing", {.abort = false, .quirks = {.abort_advertised = true}}},
    {"AbortThatIsThereAndNotTold", {.quirks = {.abort_advertised = false}}},
    {"QuietAfterComplete", {.quirks = {.quiet_after_complete = seconds(25)}}},
    // Run and commit. (15, 16, 17, 19)
    {"CommitOnlyLaterThanReady", {.quirks = {.commit_not_before = seconds(4)}}},
    {"CommitOnlyLaterThanRun",
     {.quirks = {.commit_refusal = CdbStatus{0x40}, .commit_after_run = seconds(9)}}},
    {"BankReportAlwaysA", {.vendor = "HISENSE", .quirks = {.bank_report_always_a = true}}},
    {"Hitless", {.hitless = true}, {.hitless = true}},
    {"HitlessThatResets", {.hitless = true, .quirks = {.hitless_resets = true}}, {.hitless = true}},
    {"HitlessWithBankReportAlwaysA",
     {.vendor = "HISENSE", .hitless = true, .quirks = {.bank_report_always_a = true}},
     {.hitless = true}},
    {"AnswersInBoot", {.quirks = {.answers_in_boot = true}}},
    {"PasswordByMemory",
     {.password = 0xCAFE, .quirks = {.password_by = emu::PasswordWay::kMemory}},
     {.password = 0xCAFE}},
    {"PasswordByCommand",
     {.cmis = 0x40, .password = 0xCAFE, .quirks = {.password_by = emu::PasswordWay::kCommand}},
     {.password = 0xCAFE}},
    // Bus. (22)
    {"PageSelectByByte", {.quirks = {.single_byte_page_select = true}}},
    {"PageSelectByByteInForeground",
     {.background = false, .quirks = {.single_byte_page_select = true}}},
};

class OddModule : public testing::TestWithParam<Oddity> {};
INSTANTIATE_TEST_SUITE_P(, OddModule, testing::ValuesIn(kOddities),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(OddModule, RunsAndCommitsTheImageByteForByteAndSeesNoRuleBroken) {
  ModuleBench bench(GetParam().settings);
  const Image image = ModuleBench::MakeImage();
  const Result<JobSnapshot> job = bench.Flash(image, GetParam().options);
  ASSERT_TRUE(job) << job.error().Message();
  ASSERT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  EXPECT_EQ(job->version, "1.3.0");
  EXPECT_TRUE(std::ranges::equal(bench.BankB().image(), image.bytes()));
  EXPECT_EQ(bench.module().Banks().running(), emu::Bank::kB);
  EXPECT_EQ(bench.module().Banks().committed(), emu::Bank::kB);
  EXPECT_THAT(bench.module().violations(), IsEmpty());
}

TEST_P(OddModule, LeavesNoDownloadOpenBehindABlockThatIsRefused) {
  ModuleBench bench(GetParam().settings);
  for (const char* command : {"0103", "0104"}) {
    bench.module().AddFault(*emu::FaultSettings::Parse(command, 3, "status:42"));
  }
  const Result<JobSnapshot> job = bench.Flash(ModuleBench::MakeImage(), GetParam().options);
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kFailed);
  EXPECT_EQ(job->failure->code, ErrorCode::kHwError);
  EXPECT_EQ(job->state, "bank A runs 1.2.0, bank B is empty");
  EXPECT_FALSE(bench.module().Banks().downloading());
  EXPECT_THAT(bench.module().violations(), IsEmpty());
}

}  // namespace
}  // namespace reflash
