// SPDX-License-Identifier: Apache-2.0
// What can never be undone on an FPGA card: each is refused without its own option, and done with
// it.
#include "card_bench.h"

namespace reflash {
namespace {

using emu::CardImageAction;
using emu::CardImageSort;
using testing::HasSubstr;

constexpr std::uint32_t kOtherRootKey = 7;

struct Irreversible {
  const char* name;
  Bytes (*make_file)();
  bool JobOptions::* allowed;
  const char* option;
  const char* question;
};

void PrintTo(const Irreversible& row, std::ostream* stream) { *stream << row.name; }

const Irreversible kRows[] = {
    {"FactoryImage",
     [] { return *emu::MakeCardImage(CardBench::kNew, CardImageSort::kFactory, 5'000); },
     &JobOptions::allow_factory_image, "--allow-factory-image", "replace the factory image of"},
    {"KeyHash256",
     [] {
       return emu::MakeRootHashFile(CardImageSort::kStaticRegion, CardImageAction::kRootHash256,
                                    kOtherRootKey);
     },
     &JobOptions::allow_key_hash, "--allow-key-hash", "program, for ever, a root key hash into"},
    {"KeyHash384",
     [] {
       return emu::MakeRootHashFile(CardImageSort::kController, CardImageAction::kRootHash384,
                                    kOtherRootKey);
     },
     &JobOptions::allow_key_hash, "--allow-key-hash", "program, for ever, a root key hash into"},
    {"KeyCancellation", [] { return emu::MakeKeyCancellation(CardImageSort::kStaticRegion, 3); },
     &JobOptions::allow_key_cancellation, "--allow-key-cancellation", "cancel, for ever, a key of"},
};

class IrreversibleOf : public testing::TestWithParam<std::tuple<emu::CardFamily, Irreversible>> {
 public:
  static emu::CardFamily family() { return std::get<0>(GetParam()); }
  static const Irreversible& row() { return std::get<1>(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(, IrreversibleOf,
                         testing::Combine(BothFamilies(), testing::ValuesIn(kRows)),
                         [](const auto& info) {
                           const bool is_n3000 = std::get<0>(info.param) == emu::CardFamily::kN3000;
                           return std::string(is_n3000 ? "N3000" : "N6000") +
                                  std::get<1>(info.param).name;
                         });

TEST_P(IrreversibleOf, IsRefusedWithoutItsOptionThoughTheOthersAreGiven) {
  CardBench bench(family());
  JobOptions others{.force = true,
                    .allow_in_use = true,
                    .allow_single_bank = true,
                    .allow_factory_image = true,
                    .allow_key_hash = true,
                    .allow_key_cancellation = true};
  others.*row().allowed = false;
  const auto job = bench.Admit(CardBench::FromFile(row().make_file()), others);
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().code(), ErrorCode::kPermission);
  EXPECT_THAT(job.error().Message(), HasSubstr(row().option));
  EXPECT_EQ(bench.card().Controller().flash().update_count(), 0U);
}

TEST_P(IrreversibleOf, IsDoneWithItsOptionAndLeavesTheRunningImageAlone) {
  CardBench bench(family());
  JobOptions options;
  options.*row().allowed = true;
  const auto job = bench.Admit(CardBench::FromFile(row().make_file()), options);
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ((*job)->irreversible(), row().question);
  const JobSnapshot end = bench.Execute(*job);
  EXPECT_EQ(end.outcome, JobOutcome::kDownloaded) << end.failure->message;
  EXPECT_EQ(bench.Running(), CardBench::kOld);
  EXPECT_EQ(bench.card().counters().reloads, 0U);
  bench.ExpectNoRuleBroken();
}

class CardKeysOf : public CardOf {};
INSTANTIATE_TEST_SUITE_P(, CardKeysOf, BothFamilies(), CardOf::NameOf);

void ExpectRefusedByTheCard(CardBench& bench, const ImageToLoad& image, JobOptions options = {}) {
  const Result<JobSnapshot> job = bench.Flash(image, std::move(options));
  ASSERT_TRUE(job) << job.error().Message();
  EXPECT_EQ(job->outcome, JobOutcome::kFailed);
  EXPECT_EQ(job->failure->code, ErrorCode::kInvalidImage);
  EXPECT_THAT(job->failure->message, HasSubstr("the card refuses the image"));
  EXPECT_EQ(bench.Running(), CardBench::kOld);
}

ImageToLoad SignedBy(const emu::CardSigner& signer) {
  return CardBench::MakeImage(5'000, CardImageSort::kStaticRegion, CardBench::kNew, signer);
}

TEST_P(CardKeysOf, AFactoryImageIsWhatTheFactoryPageHoldsThen) {
  CardBench bench(GetParam());
  const ImageToLoad image = CardBench::MakeImage(5'000, CardImageSort::kFactory);
  ASSERT_EQ(bench.Flash(image, {.allow_factory_image = true})->outcome, JobOutcome::kDownloaded);
  ASSERT_TRUE(bench.Perform(Step::kRun, {.bank = "factory"}));
  EXPECT_EQ(bench.Running(), CardBench::kNew);
  // While it runs there would be nothing to fall back to.
  const auto again = bench.Admit(image, {.force = true, .allow_factory_image = true});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), ErrorCode::kBusy);
}

TEST_P(CardKeysOf, AHashLetsInOnlyImagesUnderItsRootKeyAndIsProgrammedOnce) {
  CardBench bench(GetParam());
  const ImageToLoad hash = CardBench::FromFile(emu::MakeRootHashFile(
      CardImageSort::kStaticRegion, CardImageAction::kRootHash256, kOtherRootKey));
  ASSERT_EQ(bench.Flash(hash, {.allow_key_hash = true})->outcome, JobOutcome::kDownloaded);
  EXPECT_EQ(bench.Detail("static region root key hash"),
            ToHex(emu::RootEntryHash(kOtherRootKey, CardImageAction::kRootHash256)));
  ExpectRefusedByTheCard(bench, SignedBy({.root_key = 0}));
  ExpectRefusedByTheCard(bench, hash, {.allow_key_hash = true});
  const Result<JobSnapshot> job = bench.Flash(SignedBy({.root_key = kOtherRootKey}));
  EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  bench.ExpectNoRuleBroken();
}

TEST_P(CardKeysOf, ACanceledKeyLetsNoImageInAnyMore) {
  CardBench bench(GetParam());
  for (const std::uint32_t key : {3U, 127U}) {
    const ImageToLoad cancellation =
        CardBench::FromFile(emu::MakeKeyCancellation(CardImageSort::kStaticRegion, key));
    const Result<JobSnapshot> job = bench.Flash(cancellation, {.allow_key_cancellation = true});
    ASSERT_EQ(job->outcome, JobOutcome::kDownloaded) << job->failure->message;
  }
  EXPECT_EQ(bench.Detail("static region canceled keys"), "3, 127");
  ExpectRefusedByTheCard(bench, SignedBy({.signing_key = 3}));
  const Result<JobSnapshot> job = bench.Flash(SignedBy({.signing_key = 4}));
  EXPECT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  bench.ExpectNoRuleBroken();
}

}  // namespace
}  // namespace reflash
