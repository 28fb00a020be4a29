// SPDX-License-Identifier: Apache-2.0
// Which images an adapter takes, and what becomes of the others.
#include "adapter_bench.h"

namespace reflash {
namespace {

using testing::HasSubstr;

constexpr FacilityOperation kDownload = FacilityOperation::kDownload;
constexpr FacilityOperation kValidate = FacilityOperation::kValidate;
constexpr FacilityOperation kReset = FacilityOperation::kReset;

class ImageSize : public testing::TestWithParam<std::size_t> {};

TEST_P(ImageSize, GoesToTheFlashToItsLastByteInAsFewChunksAsItNeeds) {
  AdapterBench bench(AdapterBench::Quick());
  const Image image = AdapterBench::MakeImage(GetParam());
  const auto last = bench.Flash(image);
  ASSERT_TRUE(last) << last.error().Message();
  EXPECT_EQ(last->outcome, JobOutcome::kUpdated);
  EXPECT_EQ(last->from_version, "1.2.0");
  EXPECT_EQ(last->version, "1.3.0");
  EXPECT_EQ(last->remaining_bytes, 0U);
  EXPECT_TRUE(bench.Holds(image));
  EXPECT_TRUE(bench.adapter().banks().user_runs());
  const std::size_t handed_over = GetParam() + AdapterBench::kHeaderBytes;
  const std::size_t chunks =
      (handed_over + AdapterBench::kChunkBytes - 1) / AdapterBench::kChunkBytes;
  EXPECT_EQ(bench.watch().Count(kDownload), chunks);
  EXPECT_EQ(bench.watch().Count(kValidate), chunks);
  EXPECT_EQ(bench.watch().Count(kReset), 1U);
  EXPECT_EQ(bench.adapter().counters().bytes, 2 * handed_over);
  EXPECT_FALSE(bench.HasJournalEntry());
  bench.ExpectThatNoRuleWasBroken();
}

constexpr std::size_t kPage = 4096 - AdapterBench::kHeaderBytes;
constexpr std::size_t kFirst = AdapterBench::kChunkBytes - AdapterBench::kHeaderBytes;
constexpr std::size_t kSecond = kFirst + AdapterBench::kChunkBytes;
INSTANTIATE_TEST_SUITE_P(AroundEveryBorder, ImageSize,
                         testing::Values(64, 65, kPage - 1, kPage, kPage + 1, kPage + 4096,
                                         kPage + 4097, kFirst - 4096, kFirst - 1, kFirst,
                                         kFirst + 1, kFirst + 4096, kFirst + 4097,
                                         AdapterBench::kChunkBytes, AdapterBench::kChunkBytes + 1,
                                         kSecond - 1, kSecond, kSecond + 1, std::size_t{8} << 20U,
                                         std::size_t{32} << 20U));

TEST(AdapterImage, IsRefusedWhereTheFlashHasNoRoomForIt) {
  AdapterBench bench;
  const auto last = bench.Flash(AdapterBench::MakeImage((std::size_t{32} << 20U) + 1));
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code(), ErrorCode::kInvalidSize);
  EXPECT_EQ(bench.adapter().counters().bytes, 0U);
}

TEST(AdapterImage, ForAnotherCardIsRefusedBeforeTheFirstChunk) {
  AdapterBench bench;
  for (const emu::AdapterSettings& other :
       {emu::AdapterSettings{.vendor_id = 0x10EE}, emu::AdapterSettings{.device_id = 0x0478},
        emu::AdapterSettings{.subsystem_vendor_id = 0}, emu::AdapterSettings{.subsystem_id = 1}}) {
    const auto last = bench.Flash(
        AdapterBench::FromBytes(AdapterBench::MakeBytes(5000, AdapterBench::kNew, other)));
    ASSERT_FALSE(last);
    EXPECT_EQ(last.error().code(), ErrorCode::kInvalidImage);
    EXPECT_THAT(last.error().Message(), HasSubstr("the adapter is 1014:0477 (1014:04da)"));
  }
  EXPECT_EQ(bench.adapter().counters().bytes, 0U);
  EXPECT_TRUE(bench.adapter().banks().user_runs());
}

TEST(AdapterImage, ThatIsPartialIsRefusedBeforeTheFirstChunk) {
  AdapterBench bench;
  const Bytes partial = emu::MakeAdapterImage(AdapterBench::kNew, {}, 5000, 1, true).value();
  const auto last = bench.Flash(AdapterBench::FromBytes(partial));
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code(), ErrorCode::kNotSupported);
  EXPECT_THAT(last.error().Message(), HasSubstr("partial"));
  EXPECT_EQ(bench.adapter().counters().bytes, 0U);
}

TEST(AdapterImage, WithOneWrongByteIsRefusedBeforeTheFirstChunk) {
  AdapterBench bench;
  const Bytes good = AdapterBench::MakeBytes(AdapterBench::kChunkBytes + 100);
  for (const std::size_t at : {std::size_t{20}, std::size_t{64}, std::size_t{4000}, kFirst,
                               AdapterBench::kChunkBytes, good.size() - 1}) {
    Bytes bad = good;
    bad[at] ^= std::byte{0x01};
    const auto last = bench.Flash(AdapterBench::FromBytes(bad));
    ASSERT_FALSE(last) << at;
    EXPECT_EQ(last.error().code(), ErrorCode::kInvalidImage) << at;
  }
  EXPECT_EQ(bench.adapter().counters().bytes, 0U);
}

TEST(AdapterImage, ThatOnlyThePlatformCanJudgeIsToldAsABadImage) {
  AdapterBench bench;
  Bytes opaque = AdapterBench::MakeBytes();
  opaque[0] ^= std::byte{0x01};  // of the magic: reflash does not look into the rest
  const auto last = bench.Flash(AdapterBench::FromBytes(opaque));
  ASSERT_TRUE(last) << last.error().Message();
  EXPECT_EQ(last->outcome, JobOutcome::kFailed);
  EXPECT_EQ(last->failure->code, ErrorCode::kInvalidImage);
  EXPECT_THAT(last->failure->message, HasSubstr("the image is damaged, or not for this adapter"));
  EXPECT_EQ(bench.watch().Count(kReset, 0), 1U);
  EXPECT_EQ(bench.watch().Count(kValidate), 0U);
  EXPECT_EQ(bench.adapter().banks().running_version(), AdapterBench::kFactory);
  EXPECT_EQ(last->version, "1.0.0");
  bench.ExpectThatTheNextUpdateSucceeds();
  bench.ExpectThatNoRuleWasBroken();
}

TEST(AdapterInUse, IsRefusedBeforeTheFirstChunk) {
  AdapterBench bench({.afus_open = 2});
  const auto last = bench.Flash();
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(last.error().Message(), HasSubstr("2 AFUs are open"));
  EXPECT_EQ(bench.watch().Count(FacilityOperation::kVitalData), bench.watch().calls.size());
  EXPECT_EQ(bench.adapter().settings().afus_open, 2);
}

TEST(AdapterInUse, LosesItsUnitsBeforeTheFirstChunkWhereThatIsAllowed) {
  AdapterBench bench({.afus_open = 2});
  EXPECT_EQ(bench.Flash(AdapterBench::MakeImage(), {.allow_in_use = true})->outcome,
            JobOutcome::kUpdated);
  bench.ExpectThatNoRuleWasBroken();
}

TEST(AdapterInUse, IsNeitherWrittenToNorResetWhereTheUnitsStayOpen) {
  AdapterBench bench({.afus_open = 2});
  bench.bays.front().lets_go_of_units = false;
  const auto last = bench.Flash(AdapterBench::MakeImage(), {.allow_in_use = true});
  EXPECT_EQ(last->outcome, JobOutcome::kFailed);
  EXPECT_EQ(last->failure->code, ErrorCode::kBusy);
  EXPECT_EQ(bench.watch().Count(FacilityOperation::kVitalData), bench.watch().calls.size());
  bench.ExpectThatNoRuleWasBroken();
}

// Verification by itself.

TEST(AdapterVerification, ComparesTheWholeFlashAndChangesNothing) {
  AdapterBench bench;
  const Image image = AdapterBench::MakeImage();
  ASSERT_TRUE(bench.Flash(image));
  bench.watch().calls.clear();
  const auto last = bench.Flash(image, {.only_verify = true});
  ASSERT_TRUE(last) << last.error().Message();
  EXPECT_EQ(last->outcome, JobOutcome::kVerified);
  EXPECT_EQ(last->percent, 100);
  EXPECT_EQ(bench.watch().Count(kValidate, 18), 2U);
  EXPECT_EQ(bench.watch().Count(kValidate, 0), 1U);
  EXPECT_EQ(bench.watch().Count(kDownload), 0U);
  EXPECT_EQ(bench.watch().Count(kReset), 0U);
  EXPECT_TRUE(bench.Holds(image));
  bench.ExpectThatNoRuleWasBroken();
}

TEST(AdapterVerification, FailsForAnyOtherImage) {
  AdapterBench bench(AdapterBench::Quick());
  const Bytes good = AdapterBench::MakeBytes();
  ASSERT_TRUE(bench.Flash(AdapterBench::FromBytes(good)));
  std::vector<Bytes> others{AdapterBench::MakeBytes(good.size() - 1),
                            AdapterBench::MakeBytes(good.size() + 1),
                            AdapterBench::MakeBytes(good.size(), {1, 3, 1})};
  for (const std::size_t at : {std::size_t{0}, kFirst - 1, kFirst, good.size() - 1}) {
    others.push_back(good);
    others.back()[0] ^= std::byte{0x80};  // an opaque one
    others.back()[at] ^= std::byte{0x01};
  }
  for (const Bytes& other : others) {
    const auto last = bench.Flash(AdapterBench::FromBytes(other), {.only_verify = true});
    ASSERT_TRUE(last) << last.error().Message();
    EXPECT_EQ(last->outcome, JobOutcome::kFailed);
    EXPECT_EQ(last->failure->code, ErrorCode::kHwError);
    EXPECT_THAT(last->failure->message, HasSubstr("does not hold the image"));
    EXPECT_TRUE(bench.Holds(AdapterBench::FromBytes(good)));
    EXPECT_TRUE(bench.adapter().banks().user_runs()) << "also behind the reset";
  }
  EXPECT_EQ(bench.watch().Count(kReset, 0), 1 + others.size());
  bench.ExpectThatTheNextUpdateSucceeds();
  bench.ExpectThatNoRuleWasBroken();
}

}  // namespace
}  // namespace reflash
