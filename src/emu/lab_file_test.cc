// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace reflash::emu {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kBus = "[[bus]]\nname = \"b\"\n";

/// A file with one module "m" that has `lines`, the first of which is line 6.
std::string WithModule(std::string_view lines) {
  return std::string(kBus) + "[[module]]\nname = \"m\"\nbus = \"b\"\n" + std::string(lines) + "\n";
}

std::string ErrorOf(std::string_view text) {
  const Result<LabSettings> settings = ParseLabFile(text, "lab.toml");
  if (settings) return "no error";
  EXPECT_EQ(settings.error().code(), ErrorCode::kInvalidArgument);
  return settings.error().Message();
}

TEST(LabFile, UnderstandsEveryKeyOfTheInterface) {
  const Result<LabSettings> lab = ParseLabFile(R"(
time_scale = 2.5
[[bus]]
name = "i2c-1"
clock_hz = 100000
[[module]]
name = "swp1"
bus = "i2c-1"
vendor = "V"
part = "P"
serial = "S"
version = "1.2.3"
cmis = "4.1"
banks = 1
instances = 2
write = "epl"
epl_pages = 8
read_write_length_ext = 15
auto_paging = false
trigger_on_stop = false
background = false
start_header = 0
start_busy_ms = 1
block_busy_ms = 2.5
complete_busy_ms = 3
boot_ms = 4
readback = false
skip_erased = false
password = "00001011"
[[module.fault]]
when = "0103"
nth = 7
do = "nack"
[[module.fault]]
when = "boot"
do = "stuck"
)",
                                               "lab.toml");
  ASSERT_TRUE(lab) << lab.error().Message();
  ASSERT_THAT(lab->buses, SizeIs(1));
  EXPECT_EQ(lab->buses[0].name, "i2c-1");
  EXPECT_EQ(lab->buses[0].clock_hz, 100'000U);
  ASSERT_THAT(lab->modules, SizeIs(1));
  const ModuleSettings& module = lab->modules[0];
  EXPECT_EQ(module.time_scale, 2.5);
  EXPECT_EQ(module.name, "swp1");
  EXPECT_EQ(module.bus, "i2c-1");
  EXPECT_EQ(module.vendor, "V");
  EXPECT_EQ(module.part, "P");
  EXPECT_EQ(module.serial, "S");
  EXPECT_EQ(module.version, (Version{1, 2, 3}));
  EXPECT_EQ(module.cmis, 0x41U);
  EXPECT_EQ(module.banks, 1U);
  EXPECT_EQ(module.instances, 2U);
  EXPECT_EQ(module.write, WriteMechanism::kEpl);
  EXPECT_EQ(module.epl_pages, 8U);
  EXPECT_EQ(module.read_write_length_ext, 15U);
  EXPECT_FALSE(module.auto_paging);
  EXPECT_FALSE(module.trigger_on_stop);
  EXPECT_FALSE(module.background);
  EXPECT_EQ(module.start_header, 0U);
  EXPECT_EQ(module.start_busy, milliseconds(1));
  EXPECT_EQ(module.block_busy, microseconds(2500));
  EXPECT_EQ(module.complete_busy, milliseconds(3));
  EXPECT_EQ(module.boot, milliseconds(4));
  EXPECT_FALSE(module.readback);
  EXPECT_FALSE(module.skip_erased);
  EXPECT_EQ(module.password, 0x1011U);
  ASSERT_THAT(module.faults, SizeIs(2));
  EXPECT_EQ(module.faults[0].command, 0x0103U);
  EXPECT_EQ(module.faults[0].nth, 7U);
  EXPECT_EQ(module.faults[1].when, FaultSettings::When::kBoot);
  EXPECT_EQ(module.faults[1].nth, 1U);
}

TEST(LabFile, UnderstandsTheKeysBeyondTheInterface) {
  const Result<LabSettings> lab =
      ParseLabFile(WithModule("identifier = 0x11\nflat = true\npresent = false\n"
                              "other_version = \"1.0\"\nbank_bytes = 4096\nerased_byte = 0\n"
                              "abort = false\ncopy = false\nhitless = true\n"
                              "duration_unit_ms = 10\ncopy_busy_ms = 1\nrun_busy_ms = 2\n"
                              "commit_busy_ms = 3\ncommand_busy_ms = 4\nwrite_hold_ms = 5"),
                   "lab.toml");
  ASSERT_TRUE(lab) << lab.error().Message();
  const ModuleSettings& module = lab->modules[0];
  EXPECT_EQ(module.identifier, 0x11U);
  EXPECT_TRUE(module.flat);
  EXPECT_FALSE(module.present);
  EXPECT_EQ(module.other_version, (Version{1, 0, 0}));
  EXPECT_EQ(module.bank_bytes, 4096U);
  EXPECT_EQ(module.erased_byte, 0U);
  EXPECT_FALSE(module.abort);
  EXPECT_FALSE(module.copy);
  EXPECT_TRUE(module.hitless);
  EXPECT_EQ(module.duration_unit_ms, 10U);
  EXPECT_EQ(module.copy_busy, milliseconds(1));
  EXPECT_EQ(module.run_busy, milliseconds(2));
  EXPECT_EQ(module.commit_busy, milliseconds(3));
  EXPECT_EQ(module.command_busy, milliseconds(4));
  EXPECT_EQ(module.write_hold, milliseconds(5));
}

TEST(LabFile, UnderstandsTheKeysOfWhatAModuleTells) {
  const Result<LabSettings> lab = ParseLabFile(
      WithModule("oui = \"00093a\"\nmedia_technology = 0x11\nwrite_code = 0x02\n"
                 "read_code = 3\nfirmware_length_ext = 15\nabort_advertised = false\n"
                 "advertised_start_ms = 1\nadvertised_abort_ms = 2\nadvertised_write_ms = 0\n"
                 "advertised_complete_ms = 4\nadvertised_copy_ms = 5\nbusy_time_code = 0\n"
                 "query_reply_bytes = 3\nfeatures_reply_length = 17\ninfo_reply_length = 121\n"
                 "reply_check = \"header\"\nbank_report_always_a = true"),
      "lab.toml");
  ASSERT_TRUE(lab) << lab.error().Message();
  const ModuleSettings& module = lab->modules[0];
  const ModuleQuirks& quirks = module.quirks;
  EXPECT_EQ(module.oui, 0x00093AU);
  EXPECT_EQ(module.media_technology, 0x11U);
  EXPECT_EQ(quirks.write_code, 2U);
  EXPECT_EQ(quirks.read_code, 3U);
  EXPECT_EQ(quirks.firmware_length_ext, 15U);
  EXPECT_EQ(quirks.abort_advertised, false);
  EXPECT_EQ(quirks.advertised_start, milliseconds(1));
  EXPECT_EQ(quirks.advertised_abort, milliseconds(2));
  EXPECT_EQ(quirks.advertised_write, milliseconds(0));
  EXPECT_EQ(quirks.advertised_complete, milliseconds(4));
  EXPECT_EQ(quirks.advertised_copy, milliseconds(5));
  EXPECT_EQ(quirks.busy_time_code, 0U);
  EXPECT_EQ(quirks.query_reply_bytes, 3U);
  EXPECT_EQ(quirks.features_reply_length, 17U);
  EXPECT_EQ(quirks.info_reply_length, 121U);
  EXPECT_EQ(quirks.reply_check, ReplyCheck::kHeader);
  EXPECT_TRUE(quirks.bank_report_always_a);
}

TEST(LabFile, UnderstandsTheKeysOfWhatAModuleDoes) {
  const Result<LabSettings> lab = ParseLabFile(
      WithModule("stale_status_ms = 2\ncompletion_flag = false\nsecond_host_ms = 3\n"
                 "second_host = \"move-page\"\nimage_size_without_header = true\n"
                 "block_address_with_header = true\nquiet_after_complete_ms = 4\n"
                 "commit_refusal = 0x40\ncommit_not_before_ms = 5\ncommit_after_run_ms = 6\n"
                 "hitless = true\nhitless_resets = true\nanswers_in_boot = true\n"
                 "single_byte_page_select = true\npassword = \"00001011\"\n"
                 "password_by = \"command\"\nepl_pages = 9"),
      "lab.toml");
  ASSERT_TRUE(lab) << lab.error().Message();
  const ModuleQuirks& quirks = lab->modules[0].quirks;
  EXPECT_EQ(quirks.stale_status, milliseconds(2));
  EXPECT_FALSE(quirks.completion_flag);
  EXPECT_EQ(quirks.second_host_period, milliseconds(3));
  EXPECT_EQ(quirks.second_host, SecondHostAct::kMovePage);
  EXPECT_TRUE(quirks.image_size_without_header);
  EXPECT_TRUE(quirks.block_address_with_header);
  EXPECT_EQ(quirks.quiet_after_complete, milliseconds(4));
  EXPECT_EQ(quirks.commit_refusal, CdbStatus{0x40});
  EXPECT_EQ(quirks.commit_not_before, milliseconds(5));
  EXPECT_EQ(quirks.commit_after_run, milliseconds(6));
  EXPECT_TRUE(quirks.hitless_resets);
  EXPECT_TRUE(quirks.answers_in_boot);
  EXPECT_TRUE(quirks.single_byte_page_select);
  EXPECT_EQ(quirks.password_by, PasswordWay::kCommand);
  const auto others = ParseLabFile(WithModule("status_zero_ms = 7\nflag_thief = true"), "lab.toml");
  ASSERT_TRUE(others) << others.error().Message();
  EXPECT_EQ(others->modules[0].quirks.status_zero, milliseconds(7));
  EXPECT_TRUE(others->modules[0].quirks.flag_thief);
}

TEST(LabFile, KeysChangeTheProfileThatAModuleBeginsWith) {
  const Result<LabSettings> lab = ParseLabFile(
      WithModule("commit_after_run_ms = 7\nprofile = \"molex\"\npart = \"P\""), "lab.toml");
  ASSERT_TRUE(lab) << lab.error().Message();
  const ModuleSettings& module = lab->modules[0];
  EXPECT_EQ(module.name, "m");
  EXPECT_EQ(module.bus, "b");
  EXPECT_EQ(module.vendor, "Molex");
  EXPECT_EQ(module.oui, 0x00093AU);
  EXPECT_EQ(module.part, "P");
  EXPECT_EQ(module.quirks.commit_after_run, milliseconds(7));
  EXPECT_EQ(module.quirks.advertised_write, milliseconds(2));
}

TEST(LabFile, NamesTheProfilesThatThereAre) {
  EXPECT_THAT(ErrorOf(WithModule("profile = \"acme\"")),
              testing::StartsWith("lab.toml:6: [[module]] 'm': 'profile' is none of colorchip, "));
}

TEST(LabFile, NeedsNoMoreThanNameAndBus) {
  const Result<LabSettings> lab = ParseLabFile(WithModule(""), "lab.toml");
  ASSERT_TRUE(lab);
  EXPECT_EQ(lab->buses[0].clock_hz, 400'000U);
  EXPECT_EQ(lab->modules[0].write, WriteMechanism::kBoth);
  EXPECT_EQ(lab->modules[0].password, std::nullopt);
  EXPECT_THAT(ParseLabFile("", "lab.toml")->modules, IsEmpty());
}

TEST(LabFile, NamesFileLineThingAndKeyOfAMistake) {
  EXPECT_EQ(ErrorOf(WithModule("colour = 1")), "lab.toml:6: [[module]] 'm': unknown key 'colour'");
  EXPECT_EQ(ErrorOf(WithModule("banks = 3")), "lab.toml:6: [[module]] 'm': 'banks' must be 1 or 2");
  EXPECT_EQ(ErrorOf(WithModule("\nbanks = -1")),
            "lab.toml:7: [[module]] 'm': 'banks' must be a whole number from 0 to 4294967295");
  EXPECT_EQ(ErrorOf("[[bus]]\nclock_hz = 1"), "lab.toml:1: [[bus]]: 'name' is missing");
  EXPECT_EQ(ErrorOf("\nrack = 7"), "lab.toml:2: unknown key 'rack'");
}

struct Mistake {
  const char* lines;
  const char* key;
};

TEST(LabFile, RefusesImpossibleValues) {
  for (const Mistake& mistake : {
           Mistake{"identifier = 256", "'identifier'"},
           Mistake{"flat = 1", "'flat'"},
           Mistake{"vendor = \"seventeen letters\"", "'vendor'"},
           Mistake{"part = \"caf\u00e9\"", "'part'"},
           Mistake{"serial = 7", "'serial'"},
           Mistake{"version = \"1\"", "'version'"},
           Mistake{"version = \"256.0.0\"", "'version'"},
           Mistake{"other_version = \"1.0.65536\"", "'other_version'"},
           Mistake{"other_version = \"1.0\"\nbanks = 1", "'other_version'"},
           Mistake{"cmis = \"16.0\"", "'cmis'"},
           Mistake{"cmis = 5.2", "'cmis'"},
           Mistake{"bank_bytes = 0", "'bank_bytes'"},
           Mistake{"instances = 3", "'instances'"},
           Mistake{"write = \"spl\"", "'write'"},
           Mistake{"write = \"epl\"\nepl_pages = 0", "'write'"},
           Mistake{"epl_pages = 5", "'epl_pages'"},
           Mistake{"read_write_length_ext = 256", "'read_write_length_ext'"},
           Mistake{"start_header = 256", "'start_header'"},
           Mistake{"password = \"1011\"", "'password'"},
           Mistake{"password = \"0000101x\"", "'password'"},
           Mistake{"duration_unit_ms = 5", "'duration_unit_ms'"},
           Mistake{"boot_ms = -1", "'boot_ms'"},
           Mistake{"boot_ms = nan", "'boot_ms'"},
           Mistake{"oui = \"00093\"", "'oui' must be 6 hexadecimal digits"},
           Mistake{"oui = 9", "'oui'"},
           Mistake{"media_technology = 256", "'media_technology'"},
           Mistake{"write_code = 256", "'write_code'"},
           Mistake{"abort_advertised = 1", "'abort_advertised'"},
           Mistake{"advertised_start_ms = 65536", "'advertised_start_ms' must be at most 65535"},
           Mistake{"advertised_abort_ms = 65536", "'advertised_abort_ms'"},
           Mistake{"advertised_write_ms = 65536", "'advertised_write_ms'"},
           Mistake{"advertised_complete_ms = 65536", "'advertised_complete_ms'"},
           Mistake{"advertised_copy_ms = -1", "'advertised_copy_ms'"},
           Mistake{"advertised_copy_ms = 655351\nduration_unit_ms = 10", "'advertised_copy_ms'"},
           Mistake{"query_reply_bytes = 4", "'query_reply_bytes' must be 2 or 3"},
           Mistake{"reply_check = \"crc\"", "'reply_check' must be 'lpl', 'header', 'zero'"},
           Mistake{"bank_report_always_a = true\nbanks = 1", "'bank_report_always_a' needs"},
           Mistake{"status_zero_ms = 1\nstale_status_ms = 1", "lab.toml:7: [[module]] 'm': 'stale"},
           Mistake{"profile = \"nokia\"\nstale_status_ms = 1",
                   "lab.toml:7: [[module]] 'm': 'stale"},
           Mistake{"second_host = \"read-flags\"", "'second_host' needs 'second_host_ms'"},
           Mistake{"second_host = \"dance\"\nsecond_host_ms = 1", "'second_host' must be"},
           Mistake{"completion_flag = false\nflag_thief = true", "'flag_thief' has nothing"},
           Mistake{"commit_refusal = 0x3F", "'commit_refusal' must be 40h to 7Fh"},
           Mistake{"commit_refusal = 0x80", "'commit_refusal' must be 40h to 7Fh"},
           Mistake{"hitless_resets = true", "'hitless_resets' needs 'hitless'"},
           Mistake{"password_by = \"memory\"", "'password_by' needs a 'password'"},
           Mistake{"password_by = 122\npassword = \"00001011\"", "'password_by'"},
           Mistake{"quiet_after_complete_ms = -1", "'quiet_after_complete_ms'"},
           Mistake{"profile = 1", "'profile'"},
           Mistake{"fault = 1", "'fault'"},
           Mistake{"[[module.fault]]\ndo = \"nack\"", "'when'"},
           Mistake{"[[module.fault]]\nwhen = \"boot\"", "'do'"},
           Mistake{"[[module.fault]]\nwhen = \"boot\"\ndo = \"dance\"", "'dance'"},
           Mistake{"[[module.fault]]\nwhen = \"boot\"\ndo = \"nack\"\nnth = 0", "nth"},
           Mistake{"[[module.fault]]\nwhen = \"boot\"\ndo = \"nack\"\nif = 0", "'if'"},
       }) {
    EXPECT_THAT(ErrorOf(WithModule(mistake.lines)), HasSubstr(mistake.key)) << mistake.lines;
  }
  EXPECT_THAT(ErrorOf("time_scale = 0"), HasSubstr("lab.toml:1: 'time_scale'"));
  EXPECT_THAT(ErrorOf("[[bus]]\nname = \"b\"\nclock_hz = 10"),
              HasSubstr("lab.toml:3: [[bus]] 'b': 'clock_hz' must be"));
}

TEST(LabFile, RefusesNamesThatAreUsedTwiceAndABusThatIsNotThere) {
  EXPECT_EQ(ErrorOf("[[bus]]\nname = \"b\"\n[[bus]]\nname = \"b\""),
            "lab.toml:4: [[bus]] 'b': 'name' is used twice");
  EXPECT_EQ(ErrorOf(WithModule("[[module]]\nname = \"m\"\nbus = \"b\"")),
            "lab.toml:7: [[module]] 'm': 'name' is used twice");
  EXPECT_EQ(ErrorOf("[[module]]\nname = \"m\"\nbus = \"x\""),
            "lab.toml:3: [[module]] 'm': 'bus' names no bus: x");
}

TEST(LabFile, RefusesWhatIsNoToml) {
  EXPECT_THAT(ErrorOf("a = 1\nb = ="), HasSubstr("lab.toml:2:"));
  EXPECT_THAT(ErrorOf("[bus]\nname = \"b\""), HasSubstr("'bus'"));
}

}  // namespace
}  // namespace reflash::emu
