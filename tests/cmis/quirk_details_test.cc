// SPDX-License-Identifier: Apache-2.0
// What the CMIS driver makes of quirks beyond bringing the update to its end: what it says about
// them, how large its blocks are, and quirks that no known module has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cmis/update/download.h"
#include "module_bench.h"

namespace reflash {
namespace {

using std::chrono::seconds;
using testing::IsEmpty;

/// The value of a detail; nothing when the module has none of this name.
std::optional<std::string> DetailOf(emu::ModuleSettings settings, std::string_view name) {
  ModuleBench bench(std::move(settings));
  const Result<DeviceInfo> info = bench.Inspect();
  EXPECT_TRUE(info) << info.error().Message();
  const auto found = std::ranges::find(info->details, name, &Detail::name);
  if (found == info->details.end()) return std::nullopt;
  return found->value;
}

TEST(QuirkDetails, TellOfRepliesWhoseCheckCodeFitsNoReading) {
  EXPECT_EQ(DetailOf({.quirks = {.reply_check = emu::ReplyCheck::kWrong}}, "odd replies"),
            "2 with a check code that does not fit");
  for (const auto check :
       {emu::ReplyCheck::kLpl, emu::ReplyCheck::kHeader, emu::ReplyCheck::kZero}) {
    EXPECT_EQ(DetailOf({.quirks = {.reply_check = check}}, "odd replies"), std::nullopt);
  }
}

TEST(QuirkDetails, TellOfAWriteMechanismThatIsOnlyTried) {
  EXPECT_EQ(DetailOf({}, "block writing"), "LPL and EPL");
  EXPECT_EQ(DetailOf({.quirks = {.write_code = 0x02}}, "block writing"), "EPL");
  EXPECT_EQ(DetailOf({.quirks = {.write_code = 0x00}}, "block writing"),
            "LPL is tried; the module tells code 00h");
}

TEST(QuirkDetails, TellThatThereMayBeMorePages) {
  EXPECT_EQ(DetailOf({.epl_pages = 12}, "EPL pages"), "8, perhaps 12");
  EXPECT_EQ(DetailOf({.epl_pages = 16}, "EPL pages"), "16");
}

/// How many blocks an image of 64 + 24576 bytes takes: the n-th block is refused, if there is one.
unsigned BlocksOf(const emu::ModuleSettings& settings) {
  constexpr unsigned kMany = 500;
  unsigned blocks = 0;
  for (unsigned nth = 1; nth < kMany; ++nth) {
    ModuleBench bench(settings);
    for (const char* command : {"0103", "0104"}) {
      bench.module().AddFault(*emu::FaultSettings::Parse(command, nth, "status:42"));
    }
    const Result<JobSnapshot> job = bench.Flash(ModuleBench::MakeImage(64 + 24'576));
    EXPECT_TRUE(job) << job.error().Message();
    if (!job || job->outcome == JobOutcome::kUpdated) return blocks;
    ++blocks;
  }
  return kMany;
}

TEST(BlockSize, IsTwelvePagesOnlyWhereTwelvePagesReadBack) {
  EXPECT_EQ(BlocksOf({.skip_erased = false}), 12U);
  EXPECT_EQ(BlocksOf({.epl_pages = 12, .skip_erased = false}), 16U);
  EXPECT_EQ(BlocksOf({.epl_pages = 9, .skip_erased = false}), 24U);
  EXPECT_EQ(BlocksOf({.epl_pages = 8, .skip_erased = false}), 24U);
}

TEST(BlockSize, IsBoundByTheLengthOf0041hOnlyWhereThatIsLessThanTheOneOfThePage) {
  EXPECT_EQ(BlocksOf({.skip_erased = false, .quirks = {.firmware_length_ext = 63}}), 48U);
  EXPECT_EQ(BlocksOf({.read_write_length_ext = 63, .skip_erased = false}), 12U);
}

TEST(BlockSize, IsThatOfTheLocalPayloadWhereTheExtendedOneMayCarryLess) {
  EXPECT_EQ(BlocksOf({.skip_erased = false, .quirks = {.firmware_length_ext = 0}}), 212U);
}

TEST(PayloadProbe, IsLeftToUpdates) {
  const auto transactions = [](unsigned pages) {
    ModuleBench bench({.epl_pages = pages});
    EXPECT_TRUE(bench.Inspect());
    return bench.port().counters().transactions;
  };
  EXPECT_EQ(transactions(12), transactions(16));
}

// Quirks that no known module has: the way an image is counted.

/// A module, and a download that is told of quirks.
class CountedDownload : public testing::TestWithParam<emu::ModuleQuirks> {
 protected:
  static Task<void> Load(Scheduler& scheduler, std::unique_ptr<ModuleEeprom> eeprom,
                         cmis::Quirks quirks, ByteView image) {
    cmis::ModuleMemory memory(scheduler, std::move(eeprom));
    const std::unique_ptr<cmis::Session> session = co_await cmis::Session::Open(scheduler, memory);
    cmis::Download download(scheduler, memory, *session, quirks);
    co_await download.Start(image);
    std::uint64_t offset = 0;
    while (offset < image.size()) offset += co_await download.WriteBlock(image, offset);
    co_await download.Complete();
    for (offset = 0; offset < image.size();)
      offset += co_await download.CompareBlock(image, offset);
  }

  Result<void> LoadWith(cmis::Quirks quirks) {
    return scheduler_.Run(Load(scheduler_, std::make_unique<I2cModuleEeprom>(bus_.Connect(module_)),
                               quirks, image_.bytes()));
  }

  Image image_ = ModuleBench::MakeImage();
  SimulatedScheduler scheduler_;
  emu::EmulatedBus bus_{scheduler_, 400'000};
  emu::EmulatedModule module_{{.quirks = GetParam()}, scheduler_};
};

INSTANTIATE_TEST_SUITE_P(, CountedDownload,
                         testing::Values(emu::ModuleQuirks{},
                                         emu::ModuleQuirks{.image_size_without_header = true},
                                         emu::ModuleQuirks{.block_address_with_header = true},
                                         emu::ModuleQuirks{.image_size_without_header = true,
                                                           .block_address_with_header = true}));

TEST_P(CountedDownload, IsTakenByTheModuleThatCountsSo) {
  const Result<void> loaded =
      LoadWith({.image_size_without_header = GetParam().image_size_without_header,
                .block_address_with_header = GetParam().block_address_with_header});
  ASSERT_TRUE(loaded) << loaded.error().Message();
  EXPECT_TRUE(std::ranges::equal(module_.Banks().bank(emu::Bank::kB).image(), image_.bytes()));
  EXPECT_THAT(module_.violations(), IsEmpty());
}

TEST_P(CountedDownload, IsRefusedByTheModuleThatCountsOtherwise) {
  EXPECT_FALSE(LoadWith({.image_size_without_header = !GetParam().image_size_without_header,
                         .block_address_with_header = !GetParam().block_address_with_header}));
  EXPECT_FALSE(module_.Banks().bank(emu::Bank::kB).valid());
}

}  // namespace
}  // namespace reflash
