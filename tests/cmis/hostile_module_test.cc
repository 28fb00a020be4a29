// SPDX-License-Identifier: Apache-2.0
// Modules that answer nonsense, fall silent or are pulled out, and a bus that goes away: whatever
// happens, the CMIS driver ends with a sentence that says so, and leaves a module that boots.
//
// Elsewhere: what is refused at first sight (cmis_update_test.cc: CMIS 3, start header of 113
// bytes, no module), a wrong password and a power cut at any transfer (the same), replies that are
// too long on the wire (cdb/command_channel_test.cc).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash_module.h"
#include "module_bench.h"
#include "vanishing_port.h"

namespace reflash {
namespace {

using std::chrono::seconds;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;

// Lengths that do not add up.

struct Lie {
  const char* name;
  emu::ModuleQuirks quirks;
  const char* words;
};

void PrintTo(const Lie& lie, std::ostream* stream) { *stream << lie.name; }

const Lie kLies[] = {
    {"FeaturesOf121Bytes", {.features_reply_length = 121}, "claims 121 bytes; a reply has at most"},
    {"FeaturesInPages", {.features_reply_length = 255}, "claims 255 bytes; a reply has at most"},
    {"NoFeatures", {.features_reply_length = 0}, "features have 0 bytes; 18 were expected"},
    {"FeaturesCutOff", {.features_reply_length = 17}, "features have 17 bytes; 18 were expected"},
    {"InfoOf200Bytes", {.info_reply_length = 200}, "claims 200 bytes; a reply has at most"},
    {"InfoWithoutBankB", {.info_reply_length = 73}, "info has 73 bytes; 110 were expected"},
};

class LyingModule : public testing::TestWithParam<Lie> {};
INSTANTIATE_TEST_SUITE_P(, LyingModule, testing::ValuesIn(kLies),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(LyingModule, IsRefusedWithItsNumbersBeforeAByteIsWritten) {
  ModuleBench bench({.quirks = GetParam().quirks});
  const Result<JobSnapshot> job = bench.Flash();
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().code(), ErrorCode::kHwError);
  EXPECT_THAT(job.error().Message(), HasSubstr(GetParam().words));
  EXPECT_TRUE(bench.BankB().empty());
  EXPECT_THAT(bench.module().violations(), IsEmpty());
}

// A module that is lost at any moment.

constexpr std::uint32_t kStride = 3;

emu::ModuleSettings Foreground() {
  return {.write = emu::WriteMechanism::kLpl, .background = false};
}

std::uint32_t TransfersOfAnUpdate(const emu::ModuleSettings& settings) {
  ModuleBench bench(settings);
  EXPECT_EQ(bench.Flash(ModuleBench::MakeImage(3'000))->outcome, JobOutcome::kUpdated);
  return static_cast<std::uint32_t>(bench.port().counters().transactions);
}

/// What a person reads of a module that answers no more.
auto TellsOfSilence() {
  return AnyOf(HasSubstr("no module answers"), HasSubstr("does not answer (no acknowledge"),
               HasSubstr("it does not acknowledge"), HasSubstr("did not come up within"),
               HasSubstr("fell silent"));
}

/// A module that is lost at the `nth` transfer, which `effect` makes happen.
void LoseAt(std::uint32_t nth, const char* effect, const emu::ModuleSettings& settings) {
  SCOPED_TRACE(fmt::format("{} at transfer {}", effect, nth));
  ModuleBench bench(settings);
  bench.module().AddFault(*emu::FaultSettings::Parse("transfer", nth, effect));
  const TimePoint begin = bench.scheduler().Now();
  const Result<JobSnapshot> job = bench.Flash(ModuleBench::MakeImage(3'000));
  EXPECT_LT(bench.scheduler().Now() - begin, seconds(300));
  if (!job) {
    EXPECT_THAT(job.error().code(), AnyOf(ErrorCode::kNotFound, ErrorCode::kTimeout));
    EXPECT_THAT(job.error().Message(), TellsOfSilence());
    EXPECT_TRUE(bench.BankB().empty());
  } else if (job->failure) {
    EXPECT_THAT(job->failure->code, AnyOf(ErrorCode::kNotFound, ErrorCode::kTimeout));
    EXPECT_THAT(job->failure->message, TellsOfSilence());
  }
  bench.module().Insert();
  bench.module().PowerCycle();
  ASSERT_TRUE(bench.scheduler().Run(bench.scheduler().Sleep(seconds(10))));
  ASSERT_TRUE(bench.Running()) << "bricked";
  const Result<JobSnapshot> again = bench.Flash(ModuleBench::MakeImage(3'000, Version{2, 0, 0}));
  ASSERT_TRUE(again) << again.error().Message();
  ASSERT_EQ(again->outcome, JobOutcome::kUpdated) << again->failure->message;
  EXPECT_EQ(bench.Running(), (Version{2, 0, 0}));
}

TEST(LostModule, IsReportedAndUpdatableAfterItWasPulledOutAtAnyTransfer) {
  for (const emu::ModuleSettings& settings : {emu::ModuleSettings{}, Foreground()}) {
    const std::uint32_t transfers = TransfersOfAnUpdate(settings);
    ASSERT_GT(transfers, 100U);
    for (std::uint32_t nth = 1; nth <= transfers; nth += kStride) LoseAt(nth, "remove", settings);
  }
}

TEST(LostModule, IsReportedAndUpdatableAfterItFellSilentForEverAtAnyTransfer) {
  const std::uint32_t transfers = TransfersOfAnUpdate({});
  for (std::uint32_t nth = 2; nth <= transfers; nth += kStride) LoseAt(nth, "stuck", {});
}

TEST(LostModule, HasWhatItHeldBeforeInTheReport) {
  ModuleBench bench;
  bench.module().AddFault(*emu::FaultSettings::Parse("0107", 1, "remove"));
  const Result<JobSnapshot> job = bench.Flash();
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_THAT(job->state, HasSubstr("could not be read"));
  EXPECT_THAT(job->state, HasSubstr("before, bank A runs 1.2.0, bank B is empty"));
}

// A bus that goes away.

TEST(LostBus, FailsTheUpdateWithItsOwnErrorAtAnyTransferAndLeavesAModuleThatBoots) {
  const std::uint32_t transfers = TransfersOfAnUpdate({});
  for (const ErrorCode code : {ErrorCode::kNotFound, ErrorCode::kRwError}) {
    for (std::uint32_t before = 0; before < transfers; before += kStride) {
      SCOPED_TRACE(fmt::format("{} after {} transfers", ErrorWord(code), before));
      SimulatedScheduler scheduler;
      emu::EmulatedBus bus(scheduler, 400'000);
      emu::EmulatedModule module({}, scheduler);
      auto port = std::make_unique<VanishingPort>(bus.Connect(module), before, code);
      const Result<JobSnapshot> job =
          FlashModule(scheduler, std::make_unique<I2cModuleEeprom>(std::move(port)),
                      ModuleBench::MakeImage(3'000));
      if (!job) {
        EXPECT_EQ(job.error().code(), code);
        EXPECT_THAT(job.error().Message(), HasSubstr("the bus is gone"));
        EXPECT_TRUE(module.Banks().bank(emu::Bank::kB).empty());
      } else if (job->failure) {
        EXPECT_EQ(job->failure->code, code) << job->failure->message;
        EXPECT_THAT(job->failure->message, HasSubstr("the bus is gone"));
      }
      module.PowerCycle();
      ASSERT_TRUE(scheduler.Run(scheduler.Sleep(seconds(10))));
      EXPECT_TRUE(module.Banks().running());
    }
  }
}

// A password that is wrong for every way to enter it.

TEST(LockedModule, StaysUntouchedBehindAWrongPasswordWhicheverWayItTakesOne) {
  for (const auto way :
       {emu::PasswordWay::kBoth, emu::PasswordWay::kMemory, emu::PasswordWay::kCommand}) {
    ModuleBench bench({.password = 0xCAFE0123, .quirks = {.password_by = way}});
    const Result<JobSnapshot> job = bench.Flash(ModuleBench::MakeImage(), {.password = 0xBAD});
    ASSERT_TRUE(job) << job.error().Message();
    EXPECT_EQ(job->failure->code, ErrorCode::kPermission);
    EXPECT_THAT(job->failure->message, HasSubstr("password missing or wrong"));
    EXPECT_TRUE(bench.BankB().empty());
    EXPECT_THAT(bench.module().violations(), IsEmpty());
  }
}

}  // namespace
}  // namespace reflash
