// SPDX-License-Identifier: Apache-2.0
#include "fpga/feature_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/simulated_scheduler.h"
#include "fpga/scripted_card.h"

namespace reflash::fpga {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<std::vector<Feature>> Read(const std::string& script) {
  SimulatedScheduler scheduler;
  ScriptedCard card(script);
  return scheduler.Run(ReadFeatures(card));
}

TEST(FeatureList, LeadsFromOneHeaderToTheNext) {
  const auto features = Read(R"(read 0 -> 10000000
                                read 4 -> 40000000
                                read 1000 -> 00000010
                                read 1004 -> 30000002
                                read 21000 -> 00000012
                                read 21004 -> 30000100)");
  ASSERT_TRUE(features) << features.error().Message();
  EXPECT_THAT(*features, ElementsAre(Feature{0, 0}, Feature{0x10, 0x1000}, Feature{0x12, 0x21000}));
}

TEST(FeatureList, EndsWhereNoHeaderFollows) {
  const auto features = Read(R"(read 0 -> e
                                read 4 -> 30000000)");
  EXPECT_THAT(*features, ElementsAre(Feature{0x0E, 0}));
}

TEST(FeatureList, TellsACardThatIsGoneFromOneThatHasNone) {
  const auto gone = Read(R"(read 0 -> ffffffff
                            read 4 -> ffffffff)");
  EXPECT_EQ(gone.error().code(), ErrorCode::kNotFound);
  const auto other = Read(R"(read 0 -> 0
                             read 4 -> 0)");
  EXPECT_EQ(other.error().code(), ErrorCode::kNotSupported);
}

TEST(FeatureList, IsNotFollowedToWhereNothingAnswersOrBetweenWords) {
  const auto nowhere = Read(R"(read 0 -> 10000000
                               read 4 -> 40000000
                               read 1000 -> ffffffff
                               read 1004 -> ffffffff)");
  EXPECT_EQ(nowhere.error().code(), ErrorCode::kHwError);
  EXPECT_THAT(nowhere.error().Message(), HasSubstr("leads to 0x1000, where nothing answers"));
  const auto odd = Read(R"(read 0 -> 10020000
                           read 4 -> 40000000)");
  EXPECT_THAT(odd.error().Message(), HasSubstr("cannot be followed"));
}

TEST(FeatureList, HasAnEndEvenWhereTheCardTellsNone) {
  std::string script;
  for (int header = 0; header < 64; ++header) {
    script +=
        fmt::format("read {0:x} -> 80000\nread {1:x} -> 40000000\n", header * 8, header * 8 + 4);
  }
  EXPECT_EQ(Read(script).error().code(), ErrorCode::kHwError);
}

}  // namespace
}  // namespace reflash::fpga
