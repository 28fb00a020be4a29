// SPDX-License-Identifier: Apache-2.0
// The CMIS driver against emulated modules: what an update does to a module, whatever happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "cmis/module/memory_map.h"
#include "module_bench.h"

namespace reflash {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

emu::FaultSettings Fault(std::string_view when, std::uint32_t nth, std::string_view effect) {
  return emu::FaultSettings::Parse(when, nth, effect).value();
}

struct ModuleKind {
  const char* name;
  emu::ModuleSettings settings;
  I2cLimits limits{};
};

void PrintTo(const ModuleKind& kind, std::ostream* stream) { *stream << kind.name; }

const ModuleKind kKinds[] = {
    {"AutoPagingEpl", {}},
    {"EplPageByPage", {.read_write_length_ext = 15, .auto_paging = false}},
    {"FewEplPages", {.epl_pages = 2, .auto_paging = false}},
    {"EplIn8ByteBursts", {.read_write_length_ext = 0, .auto_paging = false}},
    {"LplTriggerOnStop", {.write = emu::WriteMechanism::kLpl}},
    {"LplBodyThenId", {.write = emu::WriteMechanism::kLpl, .trigger_on_stop = false}},
    {"LplIn8ByteBursts",
     {.write = emu::WriteMechanism::kLpl, .read_write_length_ext = 0, .auto_paging = false}},
    {"Foreground", {.background = false}},
    {"ForegroundLpl", {.write = emu::WriteMechanism::kLpl, .background = false}},
    {"Cmis40", {.cmis = 0x40, .write = emu::WriteMechanism::kLpl}},
    {"NoStartHeader", {.start_header = 0}},
    {"LongestStartHeader", {.start_header = 112}},
    {"NoAbort", {.abort = false}},
    {"NeverBusy",
     {.start_busy = {},
      .block_busy = {},
      .complete_busy = {},
      .run_busy = {},
      .commit_busy = {},
      .command_busy = {}}},
    {"SlowToTakeWrites", {.write_hold = std::chrono::milliseconds(10)}},
    {"NarrowAdapter", {}, {.max_write_bytes = 32, .max_read_bytes = 32}},
    {"NarrowestAdapter",
     {.write = emu::WriteMechanism::kLpl},
     {.max_write_bytes = 2, .max_read_bytes = 2}},
};

class CmisUpdateOf : public testing::TestWithParam<ModuleKind> {};
INSTANTIATE_TEST_SUITE_P(, CmisUpdateOf, testing::ValuesIn(kKinds),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(CmisUpdateOf, LoadsRunsAndCommitsTheImageByteForByteAndBreaksNoRule) {
  ModuleBench bench(GetParam().settings, GetParam().limits);
  const Image image = ModuleBench::MakeImage();
  const Result<JobSnapshot> job = bench.Flash(image);
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  EXPECT_EQ(job->percent, 100);
  EXPECT_EQ(job->version, "1.3.0");
  EXPECT_EQ(job->bank, "B");
  EXPECT_TRUE(job->committed);
  EXPECT_EQ(bench.module().Banks().committed(), emu::Bank::kB);
  EXPECT_TRUE(std::ranges::equal(bench.BankB().image(), image.bytes()));
  EXPECT_THAT(bench.module().violations(), IsEmpty());
}

TEST_P(CmisUpdateOf, CanBeRepeatedBackAndForth) {
  ModuleBench bench(GetParam().settings, GetParam().limits);
  ASSERT_EQ(bench.Flash()->outcome, JobOutcome::kUpdated);
  const Image older = ModuleBench::MakeImage(5'000, Version{1, 1, 7});
  ASSERT_EQ(bench.Flash(older)->outcome, JobOutcome::kUpdated);
  EXPECT_EQ(bench.Running(), (Version{1, 1, 7}));
  EXPECT_THAT(bench.module().violations(), IsEmpty());
}

// What is refused before a byte is written.

void ExpectRefusal(emu::ModuleSettings settings, ErrorCode code, const char* words) {
  ModuleBench bench(std::move(settings));
  const Result<JobSnapshot> job = bench.Flash();
  ASSERT_FALSE(job) << words;
  EXPECT_EQ(job.error().code(), code) << words;
  EXPECT_THAT(job.error().Message(), HasSubstr(words));
  EXPECT_TRUE(bench.BankB().empty());
  EXPECT_THAT(bench.module().violations(), IsEmpty());
}

TEST(CmisUpdate, RefusesWhatCannotBeUpdated) {
  ExpectRefusal({.present = false}, ErrorCode::kNotFound, "no module answers");
  ExpectRefusal({.identifier = 0x11}, ErrorCode::kNotSupported, "not a CMIS module");
  ExpectRefusal({.flat = true}, ErrorCode::kNotSupported, "flat memory");
  ExpectRefusal({.cmis = 0x30}, ErrorCode::kNotSupported, "CMIS 3.0");
  ExpectRefusal({.instances = 0}, ErrorCode::kNotSupported, "no CDB");
  ExpectRefusal({.start_header = 113}, ErrorCode::kHwError, "start header of 113 bytes");
  ExpectRefusal({.banks = 1, .copy = false}, ErrorCode::kPermission, "single image bank");
}

TEST(CmisUpdate, RefusesAnImageThatEndsWithinTheStartHeader) {
  ModuleBench bench({.start_header = 100});
  const Result<JobSnapshot> job = bench.Flash(ModuleBench::MakeImage(100));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->failure->code, ErrorCode::kInvalidSize);
  EXPECT_EQ(bench.Running(), ModuleBench::kOld);
}

TEST(CmisUpdate, OverwritesASingleBankOnlyWhenTold) {
  ModuleBench bench({.banks = 1, .copy = false});
  const Result<JobSnapshot> job =
      bench.Flash(ModuleBench::MakeImage(), {.allow_single_bank = true});
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  EXPECT_EQ(bench.Running(), ModuleBench::kNew);
  EXPECT_THAT(bench.module().violations(), IsEmpty());
}

TEST(CmisUpdate, LeavesTheNewImageForLaterWithoutRun) {
  ModuleBench bench;
  const Result<JobSnapshot> job = bench.Flash(ModuleBench::MakeImage(), {.run = false});
  EXPECT_EQ(job->outcome, JobOutcome::kDownloaded);
  EXPECT_EQ(job->state, "bank A runs 1.2.0, bank B holds 1.3.0");
  EXPECT_EQ(bench.Running(), ModuleBench::kOld);

  ASSERT_TRUE(bench.Perform(Step::kRun));
  EXPECT_EQ(bench.Running(), ModuleBench::kNew);
  EXPECT_EQ(bench.module().Banks().committed(), emu::Bank::kA);
  ASSERT_TRUE(bench.Perform(Step::kCommit));
  EXPECT_EQ(bench.module().Banks().committed(), emu::Bank::kB);
  ASSERT_TRUE(bench.Perform(Step::kRollback));
  EXPECT_EQ(bench.Running(), ModuleBench::kOld);
  EXPECT_EQ(bench.module().Banks().committed(), emu::Bank::kA);
  EXPECT_THAT(bench.module().violations(), IsEmpty());
}

TEST(CmisUpdate, BootsTheOldImageAgainWithoutCommit) {
  ModuleBench bench;
  const Result<JobSnapshot> job = bench.Flash(ModuleBench::MakeImage(), {.commit = false});
  EXPECT_EQ(job->outcome, JobOutcome::kUpdated);
  EXPECT_FALSE(job->committed);
  EXPECT_EQ(bench.Running(), ModuleBench::kNew);
  bench.module().PowerCycle();
  ASSERT_TRUE(bench.scheduler().Run(bench.scheduler().Sleep(std::chrono::seconds(10))));
  EXPECT_EQ(bench.Running(), ModuleBench::kOld);
}

TEST(CmisUpdate, HasNothingToRunInAnEmptyBank) {
  ModuleBench bench;
  const Result<DeviceInfo> info = bench.Perform(Step::kRun);
  ASSERT_FALSE(info);
  EXPECT_THAT(info.error().Message(), HasSubstr("bank B is empty"));
}

// Faults.

/// Flashes a module with one fault. Whatever happens, it can be updated afterwards.
JobSnapshot FlashWithFault(ModuleBench& bench, const emu::FaultSettings& fault) {
  bench.module().AddFault(fault);
  const Result<JobSnapshot> job = bench.Flash();
  EXPECT_TRUE(job) << job.error().Message();
  return job.value_or(JobSnapshot{});
}

void ExpectUpdatable(ModuleBench& bench) {
  const Result<JobSnapshot> again = bench.Flash(ModuleBench::MakeImage(9'000, Version{2, 0, 0}));
  ASSERT_TRUE(again) << again.error().Message();
  EXPECT_EQ(again->outcome, JobOutcome::kUpdated) << again->failure->message;
  EXPECT_EQ(bench.Running(), (Version{2, 0, 0}));
}

TEST(CmisUpdate, SendsADamagedBlockAgain) {
  for (const char* effect : {"status:45", "garble", "nack"}) {
    ModuleBench bench({.write = emu::WriteMechanism::kLpl});
    const JobSnapshot job = FlashWithFault(bench, Fault("0103", 7, effect));
    EXPECT_EQ(job.outcome, JobOutcome::kUpdated) << effect;
    EXPECT_EQ(bench.Running(), ModuleBench::kNew);
  }
}

TEST(CmisUpdate, ReportsABlockThatTheModuleRefusesWithItsAddress) {
  ModuleBench bench({.write = emu::WriteMechanism::kLpl});
  const JobSnapshot job = FlashWithFault(bench, Fault("0103", 7, "status:42"));
  EXPECT_EQ(job.outcome, JobOutcome::kFailed);
  EXPECT_EQ(job.failure->phase, Phase::kWriting);
  EXPECT_EQ(job.failure->remaining_bytes, 20'001U - 64U - 6U * 116U);
  EXPECT_EQ(job.failure->message,
            "module rejected block 0x2b8: parameter out of range (CDB status 42h)");
  EXPECT_EQ(job.state, "bank A runs 1.2.0, bank B is empty");
  EXPECT_FALSE(bench.module().Banks().downloading()) << "the download was left open";
  ExpectUpdatable(bench);
}

TEST(CmisUpdate, SurvivesAPowerCutAtAnyCommand) {
  for (const char* command : {"0101", "0104", "0107", "0109", "010A"}) {
    ModuleBench bench;
    const JobSnapshot job = FlashWithFault(bench, Fault(command, 1, "power-cut"));
    EXPECT_NE(job.outcome, std::nullopt) << command;
    EXPECT_TRUE(bench.Running()) << command;
    ExpectUpdatable(bench);
  }
}

TEST(CmisUpdate, SurvivesAPowerCutAtAnyTransfer) {
  for (std::uint32_t nth = 1; nth < 260; nth += 3) {
    ModuleBench bench({.write = emu::WriteMechanism::kLpl});
    bench.module().AddFault(Fault("transfer", nth, "power-cut"));
    const Result<JobSnapshot> job = bench.Flash(ModuleBench::MakeImage(3'000));
    ASSERT_TRUE(bench.scheduler().Run(bench.scheduler().Sleep(std::chrono::seconds(10))));
    EXPECT_TRUE(bench.Running()) << "bricked at transfer " << nth;
    ExpectUpdatable(bench);
  }
}

TEST(CmisUpdate, TellsThatAModuleWasPulledOut) {
  for (const std::uint32_t nth : {1U, 5U}) {
    ModuleBench bench;
    const JobSnapshot job = FlashWithFault(bench, Fault("0104", nth, "remove"));
    EXPECT_EQ(job.outcome, JobOutcome::kFailed);
    EXPECT_THAT(job.state, HasSubstr("could not be read (no module answers"));
    EXPECT_THAT(job.state, HasSubstr("before, bank A runs 1.2.0"));
    bench.module().Insert();
    ASSERT_TRUE(bench.scheduler().Run(bench.scheduler().Sleep(std::chrono::seconds(10))));
    ExpectUpdatable(bench);
    EXPECT_THAT(bench.notices(), testing::ElementsAre(HasSubstr("was interrupted")));
  }
}

TEST(CmisUpdate, GivesUpOnAStuckModuleAndSaysWhereItWas) {
  ModuleBench bench;
  const JobSnapshot job = FlashWithFault(bench, Fault("0104", 3, "stuck"));
  EXPECT_EQ(job.outcome, JobOutcome::kFailed);
  EXPECT_EQ(job.failure->code, ErrorCode::kTimeout);
  EXPECT_THAT(job.failure->message, HasSubstr("was not written: the module did not finish"));
}

TEST(CmisUpdate, ReportsAnImageThatTheModuleRefuses) {
  ModuleBench bench;
  const Result<JobSnapshot> job =
      bench.Flash(ModuleBench::MakeImage(9'000, ModuleBench::kNew, "QDD-400G-ZR"));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->failure->code, ErrorCode::kInvalidImage);
  EXPECT_EQ(job->failure->phase, Phase::kProgramming);
  EXPECT_EQ(job->state, "bank A runs 1.2.0, bank B is empty");
  EXPECT_EQ(bench.Running(), ModuleBench::kOld);
  ExpectUpdatable(bench);
}

TEST(CmisUpdate, GoesBackWhenTheNewImageDoesNotComeUp) {
  ModuleBench bench;
  const JobSnapshot job = FlashWithFault(bench, Fault("boot", 1, "stuck"));
  EXPECT_EQ(job.outcome, JobOutcome::kRolledBack) << job.state;
  EXPECT_EQ(job.version, "1.2.0");
  EXPECT_EQ(bench.Running(), ModuleBench::kOld);
  ExpectUpdatable(bench);
}

TEST(CmisUpdate, ReportsACommitThatFails) {
  ModuleBench bench;
  const JobSnapshot job = FlashWithFault(bench, Fault("010A", 1, "status:42"));
  EXPECT_EQ(job.outcome, JobOutcome::kFailed);
  EXPECT_EQ(job.state, "bank A holds 1.2.0 (committed), bank B runs 1.3.0 (not committed)");
}

TEST(CmisUpdate, CommitsLaterWhereTheModuleSaysNotYet) {
  ModuleBench bench;
  const JobSnapshot job = FlashWithFault(bench, Fault("010A", 1, "status:47"));
  EXPECT_EQ(job.outcome, JobOutcome::kUpdated);
  EXPECT_TRUE(job.committed);
}

// Password.

TEST(CmisUpdate, OpensAModuleThatWantsAPasswordByWhicheverWayItsRevisionHas) {
  for (const std::uint8_t revision : {std::uint8_t{0x40}, std::uint8_t{0x52}}) {
    ModuleBench bench({.cmis = revision, .password = 0xCAFE0123});
    const Result<JobSnapshot> job = bench.Flash(ModuleBench::MakeImage(), {.password = 0xCAFE0123});
    ASSERT_TRUE(job) << job.error().Message();
    EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
    EXPECT_THAT(bench.module().violations(), IsEmpty());
  }
}

TEST(CmisUpdate, TriesThePasswordThatModulesAreShippedWith) {
  ModuleBench bench({.password = 0x00001011});
  EXPECT_EQ(bench.Flash()->outcome, JobOutcome::kUpdated);
}

TEST(CmisUpdate, LeavesAModuleAloneWhosePasswordItDoesNotHave) {
  ModuleBench bench({.password = 0xCAFE0123});
  const Result<JobSnapshot> job = bench.Flash(ModuleBench::MakeImage(), {.password = 0xBAD});
  ASSERT_TRUE(job);
  EXPECT_EQ(job->failure->code, ErrorCode::kPermission);
  EXPECT_EQ(job->failure->phase, Phase::kPreparing);
  EXPECT_TRUE(bench.BankB().empty());
}

// Read-back and erased blocks.

/// An image that is mostly erased bytes. (No image of the emulator's format: it is refused in the
/// end, which is after what these tests are about.)
Image MostlyErased() {
  Bytes bytes(40'000, std::byte{0xFF});
  std::fill_n(bytes.begin(), 3'000, std::byte{0x5A});
  return Image::FromBytes(bytes, "erased.bin").value();
}

std::uint64_t BytesOnTheBus(emu::ModuleSettings settings) {
  ModuleBench bench(std::move(settings));
  const Result<JobSnapshot> job = bench.Flash(MostlyErased());
  EXPECT_EQ(job->failure->code, ErrorCode::kInvalidImage);
  EXPECT_EQ(job->failure->remaining_bytes, 0U);
  EXPECT_THAT(bench.module().violations(), IsEmpty());
  return bench.port().counters().bytes;
}

TEST(CmisUpdate, LeavesErasedBlocksOutWhereTheModulePermitsIt) {
  EXPECT_LT(BytesOnTheBus({.skip_erased = true}), 9'000U);
  EXPECT_GT(BytesOnTheBus({.skip_erased = false}), 40'000U);
}

TEST(CmisUpdate, FindsADamagedBlockOfTheExtendedPayloadByReadingItBack) {
  // Nothing on the bus protects the extended payload. This module does not look at its image.
  ModuleBench bench({.check_image = false});
  const JobSnapshot job = FlashWithFault(bench, Fault("0104", 3, "garble"));
  EXPECT_EQ(job.outcome, JobOutcome::kFailed);
  EXPECT_THAT(job.failure->message, HasSubstr("differs from the image at byte 0x"));
  EXPECT_EQ(bench.Running(), ModuleBench::kOld);
}

TEST(CmisUpdate, ReadsBackOnlyWhenAsked) {
  ModuleBench with;
  ModuleBench without;
  ASSERT_EQ(with.Flash()->outcome, JobOutcome::kUpdated);
  ASSERT_EQ(without.Flash(ModuleBench::MakeImage(), {.read_back = false})->outcome,
            JobOutcome::kUpdated);
  EXPECT_GT(with.port().counters().bytes, without.port().counters().bytes + 15'000);
}

// What the host had set.

TEST(CmisUpdate, RestoresLowPowerAndMasksThatTheRestartLost) {
  ModuleBench bench;
  const auto write = [&bench](EepromAddress address, std::byte value) {
    const std::array message{std::byte{address.offset}, value};
    const std::array messages{I2cMessage{.write = message}};
    ASSERT_TRUE(bench.scheduler().Run(bench.port().Transfer(messages)));
  };
  const auto read = [&bench](EepromAddress address) {
    const std::array offset{std::byte{address.offset}};
    const std::array messages{I2cMessage{.write = offset}, I2cMessage{.read = 1}};
    return bench.scheduler().Run(bench.port().Transfer(messages))->read.at(0);
  };
  write(cmis::kModuleControls, std::byte{0x10});
  write(cmis::kModuleFlagMasks, std::byte{0x47});
  ASSERT_EQ(bench.Flash()->outcome, JobOutcome::kUpdated);
  EXPECT_EQ(read(cmis::kModuleControls), std::byte{0x10});
  EXPECT_EQ(read(cmis::kModuleFlagMasks), std::byte{0x47});
}

// Versions.

TEST(CmisUpdate, WritesNothingWhereTheWantedVersionRuns) {
  ModuleBench bench;
  const Image image = ModuleBench::MakeImage(5'000, ModuleBench::kOld);
  const JobOptions options{.expect_version = ModuleBench::kOld};
  EXPECT_EQ(bench.Flash(image, options)->outcome, JobOutcome::kUpToDate);
  EXPECT_TRUE(bench.BankB().empty());
  JobOptions forced = options;
  forced.force = true;
  EXPECT_EQ(bench.Flash(image, forced)->outcome, JobOutcome::kUpdated);
}

TEST(CmisUpdate, DoesNotStartAnImageOfAnotherVersionThanExpected) {
  ModuleBench bench;
  const Result<JobSnapshot> job =
      bench.Flash(ModuleBench::MakeImage(), {.expect_version = Version{9, 9, 9}});
  EXPECT_EQ(job->outcome, JobOutcome::kFailed);
  EXPECT_THAT(job->failure->message, HasSubstr("bank B now holds 1.3.0; 9.9.9 was expected"));
  EXPECT_EQ(bench.Running(), ModuleBench::kOld);
}

TEST(CmisUpdate, ShowsTheModuleToPeople) {
  ModuleBench bench({.vendor = "Lumina", .part = "QDD-400G", .serial = "L77"});
  const Result<DeviceInfo> info = bench.Inspect();
  ASSERT_TRUE(info) << info.error().Message();
  EXPECT_EQ(info->vendor, "Lumina");
  EXPECT_EQ(info->part, "QDD-400G");
  EXPECT_EQ(info->serial, "L77");
  EXPECT_EQ(info->version, ModuleBench::kOld);
  EXPECT_EQ(info->state, "ready");
  EXPECT_EQ(info->DescribeBanks(), "bank A runs 1.2.0, bank B is empty");
}

}  // namespace
}  // namespace reflash
