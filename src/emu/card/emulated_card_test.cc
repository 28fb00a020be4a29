// SPDX-License-Identifier: Apache-2.0
// What an emulated card does for a host that keeps the rules.
#include "emu/card/emulated_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emu/card/sha384.h"
#include "emu/card/test_card_host.h"
#include "emu/image_format.h"

namespace reflash::emu {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::IsEmpty;

/// Everything that both families do.
class AnyCard : public testing::TestWithParam<CardFamily> {
 protected:
  static CardSettings With(CardSettings settings = {}) {
    settings.family = GetParam();
    return settings;
  }
  /// The page that an image for the static region is programmed to.
  static unsigned Target() { return GetParam() == CardFamily::kN6000 ? 2 : 1; }
  static CardPage TargetPage() { return static_cast<CardPage>(Target()); }
};

INSTANTIATE_TEST_SUITE_P(Families, AnyCard, testing::Values(CardFamily::kN3000, CardFamily::kN6000),
                         [](const auto& info) { return std::string(FactsOf(info.param).word); });

TEST_P(AnyCard, ListsTheFeatureThatLeadsToTheController) {
  TestCardHost host(With());
  std::uint64_t at = 0;
  std::uint32_t id = 0xFFF;
  for (bool last = false; !last;) {
    const std::uint64_t header = host.Read(at) | std::uint64_t{host.Read(at + 4)} << 32U;
    id = header & 0xFFFU;
    last = (header >> 40U & 1U) != 0;
    at += header >> 16U & 0xFFFFFFU;
  }
  EXPECT_EQ(id, GetParam() == CardFamily::kN3000 ? 0x0EU : 0x12U);
  EXPECT_THAT(host.card().violations(), IsEmpty());
}

TEST_P(AnyCard, TellsWhatItIs) {
  TestCardHost host(With({.serial = "00:1b:21:03:04:05"}));
  EXPECT_EQ(host.RunningVersion(), "1.2.0");
  EXPECT_EQ(host.Page(), 1U);
  const std::uint32_t mac = GetParam() == CardFamily::kN3000 ? 0x10 : 0x20;
  EXPECT_EQ(host.ReadSystem(mac), 0x03211B00U);
  EXPECT_EQ(host.ReadSystem(mac + 4), 0x00010504U);
  EXPECT_EQ(host.ReadSystem(GetParam() == CardFamily::kN3000 ? 0 : 4), 0x00020000U);
  EXPECT_THAT(host.card().violations(), IsEmpty());
}

TEST_P(AnyCard, TakesAnImageAndRunsItAfterAReload) {
  TestCardHost host(With());
  const Bytes image = TestCardHost::Image();
  const TimePoint begin = host.now();
  ASSERT_TRUE(host.GetReady());
  EXPECT_GE(host.now() - begin, seconds(56));
  host.Stage(image);
  EXPECT_EQ(host.Finish(), TestCardHost::kDone);
  EXPECT_EQ(host.Status(), 0U);
  EXPECT_EQ(host.RunningVersion(), "1.2.0");
  EXPECT_FALSE(host.card().Banks().IsRunning(TargetPage()));
  host.Reload(Target());
  EXPECT_EQ(host.Read(0), 0xFFFFFFFFU);
  host.Wait(seconds(4));
  EXPECT_EQ(host.RunningVersion(), "1.3.0");
  EXPECT_EQ(host.Page(), Target());
  EXPECT_EQ(host.Status(), 0x81U);
  const CardBank& bank = host.card().Banks().bank(TargetPage());
  EXPECT_EQ(bank.sha256, Sha256Hex(image));
  EXPECT_EQ(bank.length, image.size());
  EXPECT_THAT(host.card().violations(), IsEmpty());
}

TEST_P(AnyCard, ProgramsForTensOfMinutes) {
  TestCardHost host(With());
  const std::size_t size = 56U << 20U;
  ASSERT_TRUE(host.GetReady());
  host.Stage(TestCardHost::Image({1, 3, 0}, size));
  const TimePoint begin = host.now();
  EXPECT_EQ(host.Finish(), TestCardHost::kDone);
  EXPECT_GT(host.now() - begin, minutes(28));
  EXPECT_LT(host.now() - begin, minutes(40));
  EXPECT_EQ(host.card().Banks().bank(TargetPage()).length, size);
  EXPECT_THAT(host.card().violations(), IsEmpty());
}

TEST_P(AnyCard, TellsThePhasesInTheirOrder) {
  TestCardHost host(With());
  std::vector<unsigned> seen;
  const auto watch = [&](Duration length) {
    for (const TimePoint end = host.now() + length; host.now() < end; host.Wait(milliseconds(9))) {
      const unsigned progress = host.Progress();
      if (seen.empty() || seen.back() != progress) seen.push_back(progress);
    }
  };
  host.Request();
  watch(seconds(57));
  host.Stage(TestCardHost::Image());
  host.Say(1);
  watch(seconds(15));
  EXPECT_THAT(seen, testing::ElementsAre(0, 1, 3, 4, 5, 8));
}

TEST_P(AnyCard, CanBeAbortedWhileItIsReady) {
  TestCardHost host(With());
  ASSERT_TRUE(host.GetReady());
  host.Say(2);
  host.Wait(milliseconds(30));
  EXPECT_EQ(host.Progress(), 6U);
  host.Wait(milliseconds(30));
  EXPECT_EQ(host.Progress(), 0U);
  EXPECT_EQ(host.Status(), 0U);
  EXPECT_EQ(host.Update(TestCardHost::Image()), TestCardHost::kDone);
  EXPECT_THAT(host.card().violations(), IsEmpty());
}

TEST_P(AnyCard, CountsUpdatesAndWearsOut) {
  TestCardHost host(With({.update_count = 41, .wearout_at = 42}));
  EXPECT_EQ(host.Update(TestCardHost::Image()), TestCardHost::kDone);
  EXPECT_EQ(host.card().Controller().flash().update_count(), 42U);
  EXPECT_FALSE(host.GetReady());
  EXPECT_EQ(host.Status(), 8U);
}

TEST_P(AnyCard, RefusesWhatIsNotWhole) {
  const auto refused = [](std::size_t offset, std::byte bit, Disbelief why) {
    TestCardHost host(With());
    Bytes image = TestCardHost::Image();
    image.at(offset) ^= bit;
    EXPECT_EQ(host.Update(image), 0U);
    EXPECT_EQ(host.Status(), 2U);
    EXPECT_EQ(host.Disbelief(), static_cast<unsigned>(why)) << offset;
    EXPECT_EQ(host.card().Banks().bank(CardPage::kUser1).version, (Version{1, 2, 0}));
  };
  const std::byte bit{0x01};
  refused(0, bit, Disbelief::kStructure);
  refused(4, bit, Disbelief::kStructure);
  refused(5, bit, Disbelief::kStructure);
  refused(8, std::byte{0x08}, Disbelief::kStructure);
  refused(20, bit, Disbelief::kDigest);
  refused(60, bit, Disbelief::kDigest);
  refused(128, bit, Disbelief::kStructure);
  refused(144, bit, Disbelief::kStructure);
  refused(276, bit, Disbelief::kStructure);
  refused(508, bit, Disbelief::kStructure);
  refused(3000, bit, Disbelief::kDigest);
}

TEST_P(AnyCard, RefusesAPayloadThatIsNone) {
  TestCardHost host(With());
  Bytes file = MakeRootHashFile(CardImageSort::kStaticRegion, CardImageAction::kRootHash256, 7);
  file[9] = std::byte{0};  // says that it is an update
  EXPECT_EQ(host.Update(file), 0U);
  EXPECT_EQ(host.Disbelief(), static_cast<unsigned>(Disbelief::kPayload));
}

TEST_P(AnyCard, RefusesAnEmptyStagingArea) {
  TestCardHost host(With());
  ASSERT_TRUE(host.GetReady());
  EXPECT_EQ(host.Finish(), 0U);
  EXPECT_EQ(host.Status(), 2U);
}

TEST_P(AnyCard, BelievesTheRootKeyWhoseHashWasProgrammed) {
  TestCardHost host(With());
  const CardImageSort sort = CardImageSort::kStaticRegion;
  EXPECT_EQ(host.Update(MakeRootHashFile(sort, CardImageAction::kRootHash384, 7)),
            TestCardHost::kDone);
  EXPECT_EQ(host.Update(TestCardHost::Image()), 0U);
  EXPECT_EQ(host.Disbelief(), static_cast<unsigned>(Disbelief::kRootKey));
  EXPECT_EQ(host.Update(*MakeCardImage({1, 4, 0}, sort, 5000, 1, {.root_key = 7})),
            TestCardHost::kDone);
  EXPECT_EQ(host.Update(MakeRootHashFile(sort, CardImageAction::kRootHash256, 8, {.root_key = 7})),
            0U);
  EXPECT_EQ(host.Disbelief(), static_cast<unsigned>(Disbelief::kNotAgain));
  EXPECT_THAT(host.card().violations(), IsEmpty());
}

TEST_P(AnyCard, DoesNotBelieveACanceledKey) {
  TestCardHost host(With());
  const CardImageSort sort = CardImageSort::kStaticRegion;
  EXPECT_EQ(host.Update(MakeKeyCancellation(sort, 0)), TestCardHost::kDone);
  EXPECT_EQ(host.Update(TestCardHost::Image()), 0U);
  EXPECT_EQ(host.Disbelief(), static_cast<unsigned>(Disbelief::kCanceledKey));
  EXPECT_EQ(host.Update(*MakeCardImage({1, 4, 0}, sort, 5000, 1, {.signing_key = 5})),
            TestCardHost::kDone);
  EXPECT_EQ(host.Update(MakeKeyCancellation(sort, 128)), 0U);
}

TEST_P(AnyCard, PutsEachSortWhereItBelongs) {
  TestCardHost host(With());
  for (const CardImageSort sort : {CardImageSort::kFactory, CardImageSort::kController}) {
    EXPECT_EQ(host.Update(TestCardHost::Image({3, 1, 4}, 5000, sort)), TestCardHost::kDone);
  }
  const CardBanks& banks = host.card().Banks();
  EXPECT_EQ(banks.bank(CardPage::kFactory).version, (Version{3, 1, 4}));
  EXPECT_EQ(banks.bank(CardPage::kControllerUser).version, (Version{3, 1, 4}));
  EXPECT_EQ(banks.bank(CardPage::kUser1).version, (Version{1, 2, 0}));
}

TEST_P(AnyCard, StartsItsControllerAgainAndTheFpgaWithIt) {
  TestCardHost host(With());
  host.Update(TestCardHost::Image({3, 1, 4}, 5000, CardImageSort::kController));
  const bool n3000 = GetParam() == CardFamily::kN3000;
  if (n3000) {
    host.WriteSystem(0x400, 1U << 28U | 1U << 29U | 1U << 8U);
  } else {
    host.WriteSystem(0xFC, 3);
  }
  EXPECT_EQ(host.Read(0), 0xFFFFFFFFU);
  host.Wait(seconds(4));
  EXPECT_EQ(host.card().Banks().controller(), CardPage::kControllerFactory);
  EXPECT_EQ(host.ReadSystem(n3000 ? 0 : 4), 0x00010000U);
  host.card().PowerCycle();
  host.Wait(seconds(4));
  EXPECT_EQ(host.ReadSystem(n3000 ? 0 : 4), 0x00030104U);
  EXPECT_THAT(host.card().violations(), IsEmpty());
}

TEST_P(AnyCard, LoadsTheFactoryPageWhenItIsToldTo) {
  TestCardHost host(With());
  host.Reload(0);
  host.Wait(seconds(4));
  EXPECT_EQ(host.Page(), 0U);
  EXPECT_EQ(host.RunningVersion(), "1.0.0");
  EXPECT_EQ(host.Status(), 0x82U);
}

TEST_P(AnyCard, IsGoneWhileItIsRemoved) {
  TestCardHost host(With({.present = false}));
  EXPECT_EQ(host.Read(0), 0xFFFFFFFFU);
  host.card().Insert();
  host.Wait(seconds(4));
  EXPECT_EQ(host.RunningVersion(), "1.2.0");
  host.card().Remove();
  host.Wait(seconds(10));
  host.card().PowerCycle();
  EXPECT_EQ(host.Read(0), 0xFFFFFFFFU);
}

TEST_P(AnyCard, TimeScaleLeavesTheBusAlone) {
  TestCardHost host(With({.time_scale = 10}));
  const TimePoint begin = host.now();
  ASSERT_TRUE(host.GetReady());
  EXPECT_LT(host.now() - begin, seconds(6));
  EXPECT_EQ(host.card().settings().register_access, std::chrono::microseconds(1));
}

TEST(N6000, UpdatesTheUserPageThatDoesNotRun) {
  TestCardHost host({.family = CardFamily::kN6000, .other_version = Version{1, 1, 0}});
  EXPECT_EQ(host.card().Banks().TargetOf(CardImageSort::kStaticRegion), CardPage::kUser2);
  host.Reload(2);
  host.Wait(seconds(4));
  EXPECT_EQ(host.RunningVersion(), "1.1.0");
  EXPECT_EQ(host.card().Banks().TargetOf(CardImageSort::kStaticRegion), CardPage::kUser1);
  host.Reload(0);
  host.Wait(seconds(4));
  EXPECT_EQ(host.card().Banks().TargetOf(CardImageSort::kStaticRegion), CardPage::kUser2);
}

TEST(N6000, LoadsTheCommittedPageAtPowerOn) {
  TestCardHost host({.family = CardFamily::kN6000, .other_version = Version{1, 1, 0}});
  host.WriteSystem(0xB0, 2U << 8U | 1U);
  EXPECT_EQ(host.ReadSystem(0xB0) >> 4U & 3U, 0U);
  host.Wait(milliseconds(20));
  EXPECT_EQ(host.ReadSystem(0xB0) >> 4U & 3U, 1U);
  host.WriteSystem(0xB0, 2);
  EXPECT_EQ(host.ReadSystem(0xB0), 0U);
  EXPECT_EQ(host.ReadSystem(0xB4) >> 8U & 7U, 2U);
  EXPECT_EQ(host.Page(), 1U);
  host.card().PowerCycle();
  host.Wait(seconds(4));
  EXPECT_EQ(host.Page(), 2U);
  EXPECT_THAT(host.card().violations(), IsEmpty());
}

TEST(N6000, DoesNotCommitAPageThatHoldsNothing) {
  TestCardHost host({.family = CardFamily::kN6000});
  host.WriteSystem(0xB0, 2U << 8U | 1U);
  host.Wait(milliseconds(20));
  EXPECT_EQ(host.ReadSystem(0xB0) >> 4U & 3U, 2U);
  EXPECT_EQ(host.card().Banks().power_on(), CardPage::kUser1);
}

TEST(N6000, ReadsItsFlashForTheHost) {
  CardSettings settings{.family = CardFamily::kN6000, .update_count = 35};
  settings.keys[1] = {.root_hash = RootEntryHash(7, CardImageAction::kRootHash256),
                      .canceled = {0, 33}};
  TestCardHost host(std::move(settings));
  host.WriteSystem(0x1D0, 1U << 5U);
  host.Wait(milliseconds(1));
  EXPECT_EQ(host.ReadSystem(0x1D0) & 7U, 2U);
  const auto read = [&](std::uint32_t address, std::uint32_t words) {
    host.Write(TestCardHost::kPmci + 0x44, address);
    host.Write(TestCardHost::kPmci + 0x40, words << 16U | 2U);
    while ((host.Read(TestCardHost::kPmci + 0x40) & 4U) != 0) {
    }
    std::vector<std::uint32_t> values;
    for (std::uint32_t index = 0; index < words; ++index) {
      values.push_back(host.Read(TestCardHost::kPmci + 0x800));
    }
    host.Write(TestCardHost::kPmci + 0x40, 0);
    return values;
  };
  EXPECT_THAT(read(0x7FF5000, 3), testing::ElementsAre(0U, 0xFFFFFFF8U, 0xFFFFFFFFU));
  EXPECT_EQ(read(0x7FFC000, 1)[0], 0xFFFFFFFFU);
  const std::vector<std::uint32_t> keys = read(0x7FFD000, 15);
  EXPECT_EQ(keys[0], 0x00205253U);
  EXPECT_EQ(keys[1],
            LoadLittleEndian<std::uint32_t>(RootEntryHash(7, CardImageAction::kRootHash256)));
  EXPECT_EQ(keys[13], 0xFFFFFFFEU);
  EXPECT_EQ(keys[14], 0xFFFFFFFDU);
  host.WriteSystem(0x1D0, 0);
  host.Wait(milliseconds(1));
  EXPECT_EQ(host.ReadSystem(0x1D0) & 7U, 0U);
  EXPECT_THAT(host.card().violations(), IsEmpty());
}

TEST(N3000, ReadsItsFlashAsMemory) {
  CardSettings settings{.update_count = 3};
  settings.keys[0].root_hash = RootEntryHash(7, CardImageAction::kRootHash384);
  TestCardHost host(std::move(settings));
  EXPECT_EQ(host.Read(0x17FFB000), 0xFFFFFFF8U);
  EXPECT_EQ(host.Read(0x17FFC000), 0x00305746U);
  EXPECT_EQ(host.Read(0x17FFC034), 0xFFFFFFFFU);
  ASSERT_TRUE(host.GetReady());
  host.Stage(MakeBytes({1, 2, 3, 4}));
  EXPECT_EQ(host.Read(TestCardHost::kStaging), 0x04030201U);
  EXPECT_THAT(host.card().violations(), IsEmpty());
}

TEST(Sha384, AgreesWithTheStandard) {
  EXPECT_EQ(ToHex(Sha384(AsBytes("abc"))),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
            "8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(ToHex(Sha384({})),
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
            "274edebfe76f65fbd51ad2f14898b95b");
  EXPECT_EQ(ToHex(Sha384(AsBytes("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                                 "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"))),
            "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
            "fcc7c71a557e2db966c3e9fa91746039");
}

}  // namespace
}  // namespace reflash::emu
