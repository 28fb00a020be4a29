// SPDX-License-Identifier: Apache-2.0
// What is read from the memory map, from bytes as the specification draws them.
#include <gtest/gtest.h>

#include <string_view>

#include "cmis/module/cdb_advertisement.h"
#include "cmis/module/identity.h"

namespace reflash::cmis {
namespace {

using std::chrono::milliseconds;

Bytes Page() { return Bytes(128); }

void Put(Bytes& page, std::size_t offset, std::string_view text) {
  std::ranges::copy(AsBytes(text), page.begin() + static_cast<std::ptrdiff_t>(offset - 128));
}

TEST(Basics, TellCmisModulesFromOthers) {
  for (const unsigned identifier : {0x18U, 0x19U, 0x1BU, 0x1EU, 0x1FU, 0x20U, 0x21U, 0x22U}) {
    EXPECT_TRUE(Basics::Parse(MakeBytes({identifier, 0x50, 0})).speaks_cmis()) << identifier;
  }
  for (const unsigned identifier : {0x00U, 0x03U, 0x0DU, 0x11U, 0xFFU}) {
    EXPECT_FALSE(Basics::Parse(MakeBytes({identifier, 0x50, 0})).speaks_cmis()) << identifier;
  }
  EXPECT_EQ(Basics::Parse(MakeBytes({0x11, 0x08, 0})).FormFactor(), "type 11h");
}

TEST(Basics, HaveARevisionAndMayBeFlat) {
  const Basics basics = Basics::Parse(MakeBytes({0x18, 0x52, 0x80}));
  EXPECT_EQ(basics.RevisionText(), "5.2");
  EXPECT_EQ(basics.major(), 5U);
  EXPECT_TRUE(basics.flat);
  EXPECT_EQ(basics.FormFactor(), "QSFP-DD");
}

TEST(Identity, IsTrimmedAndSafeToPrint) {
  Bytes page = Page();
  Put(page, 129, "ACME            ");
  Put(page, 148, "OSFP-800G-DR8   ");
  Put(page, 164, "1A");
  Put(page, 166, "A\x1b[31m001        ");
  const Identity identity = Identity::Parse(page);
  EXPECT_EQ(identity.vendor, "ACME");
  EXPECT_EQ(identity.part, "OSFP-800G-DR8");
  EXPECT_EQ(identity.vendor_revision, "1A");
  EXPECT_EQ(identity.serial, "A?[31m001");
}

TEST(ModuleState, StandsInThreeBitsOfByte3) {
  EXPECT_EQ(ModuleStateOf(std::byte{0x07}), ModuleState::kReady);
  EXPECT_EQ(ModuleStateOf(std::byte{0x02}), ModuleState::kLowPower);
  EXPECT_EQ(ModuleStateWords(ModuleStateOf(std::byte{0x0E})), "in a reserved state");
  EXPECT_TRUE(HasBooted(ModuleState::kLowPower));
  EXPECT_FALSE(HasBooted(ModuleState::kPoweringUp));
  EXPECT_FALSE(HasBooted(ModuleState::kFault));
}

CdbAdvertisement Advertised(unsigned b163, unsigned b164, unsigned b165, unsigned b166) {
  Bytes page = Page();
  const Bytes bytes = MakeBytes({b163, b164, b165, b166});
  std::ranges::copy(bytes, page.begin() + 35);
  return CdbAdvertisement::Parse(page);
}

TEST(CdbAdvertisement, ReadsASampleFromTheField) {
  const CdbAdvertisement cdb = Advertised(0x77, 0xFF, 0x1F, 0x80);
  EXPECT_EQ(cdb.instances, 1U);
  EXPECT_TRUE(cdb.background);
  EXPECT_TRUE(cdb.auto_paging);
  EXPECT_EQ(cdb.epl_pages, 16U);
  EXPECT_EQ(LongestEplAccess(cdb.read_write_length_ext), 2048U);
  EXPECT_EQ(LongestLplAccess(cdb.read_write_length_ext), 128U);
  EXPECT_FALSE(cdb.trigger_on_stop);
  EXPECT_EQ(cdb.max_busy, milliseconds(4960));
}

TEST(CdbAdvertisement, TakesReservedCodesAsNothing) {
  EXPECT_EQ(Advertised(0xC0, 0, 0, 0).instances, 0U);
  EXPECT_EQ(Advertised(0x48, 0, 0, 0).epl_pages, 0U);
  EXPECT_EQ(Advertised(0x4F, 0, 0, 0).epl_pages, 0U);
}

TEST(CdbAdvertisement, IsSureOnlyOfTheEightPagesThatBothReadingsOfCode6Have) {
  EXPECT_EQ(Advertised(0x46, 0, 0, 0).epl_pages, 8U);
  EXPECT_EQ(Advertised(0x46, 0, 0, 0).epl_pages_to_try, 12U);
  EXPECT_EQ(Advertised(0x47, 0, 0, 0).epl_pages_to_try, 16U);
}

TEST(CdbAdvertisement, TakesTheLargerOfTheTwoBusyTimes) {
  EXPECT_EQ(Advertised(0x40, 0, 0x00, 0x00).max_busy, milliseconds(160));
  EXPECT_EQ(Advertised(0x40, 0, 0x01, 0x50).max_busy, milliseconds(160));
}

}  // namespace
}  // namespace reflash::cmis
