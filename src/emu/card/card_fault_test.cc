// SPDX-License-Identifier: Apache-2.0
// The staged failures of an emulated card, and what it punishes.
#include "emu/card/card_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emu/card/test_card_host.h"

namespace reflash::emu {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::array kFamilies = {CardFamily::kN3000, CardFamily::kN6000};

CardSettings With(CardFamily family, const char* when, const char* effect, std::uint32_t nth = 1) {
  CardSettings settings{.family = family};
  settings.faults.push_back(CardFault::Parse(when, nth, effect).value());
  return settings;
}

CardPage TargetOf(CardFamily family) {
  return family == CardFamily::kN6000 ? CardPage::kUser2 : CardPage::kUser1;
}

TEST(CardFault, EveryStatusCanEndAnUpdateInEveryPhase) {
  for (const CardFamily family : kFamilies) {
    for (const char* when : {"request", "erase", "transfer", "authenticate", "program"}) {
      for (const unsigned status : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 0x83U, 0x84U, 0x85U, 0x86U}) {
        const std::string effect = fmt::format("status:{:02x}", status);
        TestCardHost host(With(family, when, effect.c_str()));
        const bool transfer = when == std::string_view("transfer");
        if (transfer) {
          ASSERT_TRUE(host.GetReady());
          host.Stage(TestCardHost::Image({1, 3, 0}, 1200));
          EXPECT_EQ(host.Progress(), 0U);
        } else {
          EXPECT_EQ(host.Update(TestCardHost::Image()), 0U) << when;
        }
        EXPECT_EQ(host.Status(), status) << when;
        EXPECT_THAT(host.card().violations(), IsEmpty());
        EXPECT_EQ(host.Update(TestCardHost::Image()), TestCardHost::kDone) << when;
      }
    }
  }
}

TEST(CardFault, APowerCutLeavesTheOtherPagesWhole) {
  for (const CardFamily family : kFamilies) {
    for (const char* when : {"request", "erase", "transfer", "authenticate", "program"}) {
      TestCardHost host(With(family, when, "power-cut"));
      EXPECT_NE(host.Update(TestCardHost::Image()), TestCardHost::kDone);
      host.Wait(seconds(10));
      const CardBanks& banks = host.card().Banks();
      const bool programming = when == std::string_view("program");
      EXPECT_TRUE(banks.bank(CardPage::kFactory).valid);
      EXPECT_EQ(host.RunningVersion(),
                programming && family == CardFamily::kN3000 ? "1.0.0" : "1.2.0");
      EXPECT_EQ(host.Progress(), 0U);
      EXPECT_EQ(host.Update(TestCardHost::Image()), TestCardHost::kDone) << when;
      host.Reload(static_cast<unsigned>(TargetOf(family)));
      host.Wait(seconds(4));
      EXPECT_EQ(host.RunningVersion(), "1.3.0");
    }
  }
}

TEST(CardFault, AnUpdateIsCutAtAnyMomentAndTheCardStillRuns) {
  for (const CardFamily family : kFamilies) {
    for (int cut = 0; cut < 80; ++cut) {
      TestCardHost host({.family = family});
      SimulatedScheduler ignored;
      host.Request();
      host.Wait(milliseconds(cut * 1000));
      if (host.Progress() == TestCardHost::kReady) {
        host.Stage(TestCardHost::Image());
        host.Say(1);
        host.Wait(milliseconds((cut - 56) * 500));
      }
      host.Read(0);  // what was due happens before the cut
      host.card().PowerCycle();
      host.Wait(seconds(5));
      const CardBanks& banks = host.card().Banks();
      EXPECT_TRUE(banks.bank(banks.fpga()).valid);
      EXPECT_THAT(host.RunningVersion(), testing::AnyOf("1.0.0", "1.2.0", "1.3.0"));
    }
  }
}

TEST(CardFault, StuckGoesOnUntilAReset) {
  for (const CardFamily family : kFamilies) {
    for (const auto& [when, progress] :
         {std::pair("erase", 1U), std::pair("authenticate", 4U), std::pair("program", 5U)}) {
      TestCardHost host(With(family, when, "stuck"));
      EXPECT_EQ(host.Update(TestCardHost::Image()), progress);
      host.card().Reset();
      host.Wait(seconds(5));
      EXPECT_EQ(host.Progress(), 0U);
      EXPECT_EQ(host.Update(TestCardHost::Image()), TestCardHost::kDone);
    }
  }
}

TEST(CardFault, AStuckRequestIsNeverTaken) {
  TestCardHost host(With(CardFamily::kN3000, "request", "stuck"));
  host.Request();
  host.Wait(minutes(10));
  EXPECT_EQ(host.Doorbell() & 0xF1U, 1U);
}

TEST(CardFault, AStuckRequestCanBeWithdrawn) {
  for (const CardFamily family : kFamilies) {
    TestCardHost host(With(family, "request", "stuck"));
    host.Request();
    host.Wait(minutes(10));
    host.Withdraw();
    EXPECT_EQ(host.Doorbell() & 0xF1U, 0U);
    EXPECT_EQ(host.Update(TestCardHost::Image()), TestCardHost::kDone);
    EXPECT_THAT(host.card().violations(), IsEmpty());
  }
}

TEST(CardFault, AStuckTransferOfAnN3000LosesWordsWhileTheDoorbellSaysReady) {
  TestCardHost host(With(CardFamily::kN3000, "transfer", "stuck"));
  ASSERT_TRUE(host.GetReady());
  host.Stage(Bytes(20'000));
  EXPECT_EQ(host.Progress(), TestCardHost::kReady);
  EXPECT_EQ(host.card().Controller().staging().used_bytes(), 0U);
  EXPECT_THAT(host.card().violations(), IsEmpty());
}

TEST(CardFault, AStuckTransferFillsTheFifo) {
  TestCardHost host(With(CardFamily::kN6000, "transfer", "stuck"));
  ASSERT_TRUE(host.GetReady());
  host.Stage(Bytes(4));
  host.Stage(Bytes(512UL * 4));
  EXPECT_EQ(host.Read(TestCardHost::kPmci + 0x40) >> 4U & 0x3FFU, 0U);
  EXPECT_THAT(host.card().violations(), IsEmpty());
  host.Stage(Bytes(4));
  EXPECT_THAT(host.card().violations(), ElementsAre(HasSubstr("full")));
}

TEST(CardFault, GarbledWordsAreFoundByTheAuthentication) {
  for (const CardFamily family : kFamilies) {
    for (const char* when : {"transfer", "authenticate"}) {
      TestCardHost host(With(family, when, "garble"));
      EXPECT_EQ(host.Update(TestCardHost::Image()), 0U);
      EXPECT_EQ(host.Status(), 2U);
    }
  }
}

TEST(CardFault, AGarbledProgramIsFoundWhenItIsLoaded) {
  for (const CardFamily family : kFamilies) {
    TestCardHost host(With(family, "program", "garble"));
    EXPECT_EQ(host.Update(TestCardHost::Image()), TestCardHost::kDone);
    EXPECT_EQ(host.Status(), 0U);
    host.Reload(static_cast<unsigned>(TargetOf(family)));
    host.Wait(seconds(4));
    EXPECT_EQ(host.RunningVersion(), "1.0.0");
    EXPECT_EQ(host.Page(), 0U);
    EXPECT_EQ(host.Status(), 0x83U);
  }
}

TEST(CardFault, AGarbledRequestIsReadWrongOnce) {
  TestCardHost host(With(CardFamily::kN3000, "request", "garble"));
  host.Request();
  EXPECT_NE(host.Doorbell(), host.Doorbell());
}

TEST(CardFault, AReloadFailsAsItIsStaged) {
  TestCardHost status(With(CardFamily::kN6000, "reload", "status:83"));
  status.Reload(1);
  status.Wait(seconds(4));
  EXPECT_EQ(status.Page(), 0U);
  EXPECT_EQ(status.Status(), 0x83U);

  TestCardHost stuck(With(CardFamily::kN6000, "reload", "stuck"));
  stuck.Reload(1);
  stuck.Wait(minutes(10));
  EXPECT_EQ(stuck.Read(0), 0xFFFFFFFFU);
  stuck.card().PowerCycle();
  stuck.Wait(seconds(4));
  EXPECT_EQ(stuck.RunningVersion(), "1.2.0");

  TestCardHost removed(With(CardFamily::kN3000, "reload", "remove"));
  removed.Reload(1);
  removed.Wait(minutes(10));
  EXPECT_EQ(removed.Read(0), 0xFFFFFFFFU);
}

TEST(CardFault, TheLastImageIsNotOverwritten) {
  TestCardHost host({});
  host.card().AddFault(CardFault::Parse("program", 1, "power-cut").value());
  host.Update(TestCardHost::Image());
  host.Wait(seconds(10));
  EXPECT_FALSE(host.card().Banks().bank(CardPage::kUser1).valid);
  EXPECT_EQ(host.Update(TestCardHost::Image({1, 0, 1}, 5000, CardImageSort::kFactory)), 0U);
  EXPECT_EQ(host.Status(), 4U);
  EXPECT_TRUE(host.card().Banks().bank(CardPage::kFactory).valid);
}

TEST(CardFault, KnowsNoOtherWords) {
  EXPECT_FALSE(CardFault::Parse("boot", 1, "stuck"));
  EXPECT_FALSE(CardFault::Parse("erase", 1, "garble"));
  EXPECT_FALSE(CardFault::Parse("erase", 0, "stuck"));
  EXPECT_FALSE(CardFault::Parse("erase", 1, "status:"));
  EXPECT_FALSE(CardFault::Parse("erase", 1, "status:100"));
  EXPECT_FALSE(CardFault::Parse("erase", 1, "status:-1"));
  EXPECT_FALSE(CardFault::Parse("erase", 1, "nack"));
}

// What it punishes.

TEST(CardViolation, StagingBeforeReady) {
  for (const CardFamily family : kFamilies) {
    TestCardHost host({.family = family});
    host.Stage(Bytes(4));
    EXPECT_THAT(host.card().violations(), ElementsAre(HasSubstr("does not say ready")));
    EXPECT_EQ(host.card().Controller().staging().used_bytes(), 0U);
  }
}

TEST(CardViolation, AWordBehindTheBlockInWhichReadyEnded) {
  for (const CardFamily family : kFamilies) {
    TestCardHost host(With(family, "transfer", "status:03"));
    ASSERT_TRUE(host.GetReady());
    host.Stage(Bytes(4));
    host.Stage(Bytes(16'384));
    EXPECT_THAT(host.card().violations(), IsEmpty());
    host.Stage(Bytes(4));
    EXPECT_THAT(host.card().violations(), ElementsAre(HasSubstr("does not say ready")));
    EXPECT_EQ(host.card().Controller().staging().used_bytes(), 0U);
  }
}

TEST(CardViolation, AWordBehindALookThatFoundNoReady) {
  for (const CardFamily family : kFamilies) {
    TestCardHost host(With(family, "transfer", "status:03"));
    ASSERT_TRUE(host.GetReady());
    host.Stage(Bytes(4));
    EXPECT_EQ(host.Progress(), 0U);
    host.Stage(Bytes(4));
    EXPECT_THAT(host.card().violations(), ElementsAre(HasSubstr("does not say ready")));
  }
}

TEST(CardViolation, AWordOfAnN3000WrittenTwice) {
  TestCardHost host({});
  ASSERT_TRUE(host.GetReady());
  host.Stage(MakeBytes({0xFF, 0x0F, 0xFF, 0xFF}));
  host.Stage(MakeBytes({0xF0, 0xFF, 0xFF, 0xFF}));
  EXPECT_THAT(host.card().violations(), ElementsAre(HasSubstr("twice")));
  EXPECT_EQ(host.Read(TestCardHost::kStaging), 0xFFFF0FF0U);
}

TEST(CardViolation, MoreWordsThanTheFifoHasRoomFor) {
  TestCardHost host({.family = CardFamily::kN6000, .fifo_word = std::chrono::microseconds(3)});
  ASSERT_TRUE(host.GetReady());
  host.Stage(Bytes(600UL * 4));
  EXPECT_THAT(host.card().violations(), IsEmpty());
  host.Stage(Bytes(600UL * 4));
  EXPECT_THAT(host.card().violations(), testing::Contains(HasSubstr("full")));
}

TEST(CardViolation, ADoorbellAtTheWrongTime) {
  for (const CardFamily family : kFamilies) {
    TestCardHost host({.family = family});
    host.Say(1);
    host.Say(0);
    host.Request();
    host.Wait(seconds(1));
    host.Request();
    host.Say(2);
    host.Say(7);
    EXPECT_THAT(host.card().violations(),
                ElementsAre(HasSubstr("while progress is 0"), HasSubstr("while one is under way"),
                            HasSubstr("while progress is 1"), HasSubstr("which is none")));
  }
}

TEST(CardViolation, AWriteDoneOfBeforeIsTakenAtOnce) {
  TestCardHost host({});
  ASSERT_EQ(host.Update(TestCardHost::Image()), TestCardHost::kDone);
  host.WriteSystem(0x400, host.Doorbell() | 1U);
  host.Wait(minutes(2));
  EXPECT_EQ(host.Status(), 2U);
  EXPECT_THAT(host.card().violations(), ElementsAre(HasSubstr("with host status 1")));
}

TEST(CardViolation, AReloadDuringAnUpdateOrWithoutItsSelection) {
  TestCardHost host({});
  host.WriteSystem(0x30, 1U << 20U | 1U << 23U | 1U << 18U);
  EXPECT_THAT(host.card().violations(), ElementsAre(HasSubstr("before page and load")));
  host.WriteSystem(0x30, 0);
  host.Reload(2);
  EXPECT_THAT(host.card().violations().back(), HasSubstr("page 2, which is none"));
  host.Request();
  host.Reload(1);
  EXPECT_THAT(host.card().violations().back(), HasSubstr("while an update is under way"));
}

TEST(CardViolation, ARebootThatIsDisabled) {
  TestCardHost host({.reboot_disabled = true});
  EXPECT_EQ(host.Doorbell() >> 30U & 1U, 1U);
  host.WriteSystem(0x400, 1U << 29U);
  EXPECT_THAT(host.card().violations(), ElementsAre(HasSubstr("disabled")));
  EXPECT_EQ(host.RunningVersion(), "1.2.0");
}

TEST(CardViolation, RegistersThatAreNone) {
  TestCardHost host({});
  EXPECT_EQ(host.Read(0x200), 0xFFFFFFFFU);
  host.Write(0x60, 1);
  host.Write(TestCardHost::kFlash, 1);
  EXPECT_THAT(host.card().violations(),
              ElementsAre(HasSubstr("no register"), HasSubstr("nothing can be"),
                          HasSubstr("nothing can be")));
}

TEST(CardViolation, AnIndirectAccessInTheWrongOrder) {
  TestCardHost host({.family = CardFamily::kN6000});
  const std::uint64_t command = TestCardHost::kPmci + 0x400;
  host.Write(command + 4, 0x1C0);
  host.Write(command, 1);
  EXPECT_EQ(host.Read(command + 8), 0xFFFFFFFFU);
  host.Write(command, 1);
  host.Write(command + 4, 0);
  host.Wait(milliseconds(1));
  host.Write(command, 0);
  host.Write(command, 3);
  host.Write(command + 4, 0x0C);
  host.Write(command, 1);
  EXPECT_THAT(host.card().violations(),
              ElementsAre(HasSubstr("before the acknowledgement"), HasSubstr("before the last"),
                          HasSubstr("before the command was cleared"), HasSubstr("no indirect"),
                          HasSubstr("0xc of the controller")));
}

TEST(CardViolation, AFlashThatIsNotTheHosts) {
  TestCardHost host({.family = CardFamily::kN6000});
  const std::uint64_t control = TestCardHost::kPmci + 0x40;
  host.Write(control, 1U << 16U | 2U);
  EXPECT_EQ(host.Read(control + 0x7C0), 0xFFFFFFFFU);
  host.Wait(milliseconds(1));
  host.Write(control, 1);
  host.Write(control + 4, 0x8000000);
  host.Request();
  host.WriteSystem(0x1D0, 1U << 5U);
  EXPECT_THAT(
      host.card().violations(),
      ElementsAre(HasSubstr("does not own"), HasSubstr("nothing yet"), HasSubstr("write mode"),
                  HasSubstr("no address of the flash"), HasSubstr("asked for the flash while")));
}

}  // namespace
}  // namespace reflash::emu
