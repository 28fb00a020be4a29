// SPDX-License-Identifier: Apache-2.0
// Whole updates of a fake adapter, through the engine.
#include "async/task_group.h"
#include "capi/adapter_update_fixture.h"

namespace reflash::capi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr FacilityOperation kDownload = FacilityOperation::kDownload;
constexpr FacilityOperation kValidate = FacilityOperation::kValidate;
constexpr FacilityOperation kReset = FacilityOperation::kReset;
constexpr FacilityOperation kVital = FacilityOperation::kVitalData;

TEST_F(AdapterUpdateTest, DownloadsValidatesAndResets) {
  const ImageToLoad image = MakeImage();
  const auto last = Flash(image);
  ASSERT_TRUE(last) << last.error().Message();
  EXPECT_EQ(last->outcome, JobOutcome::kUpdated);
  EXPECT_EQ(last->percent, 100);
  EXPECT_EQ(last->version, "1.3.0");
  EXPECT_EQ(last->state, "bank user runs 1.3.0, bank factory holds an unknown version");
  EXPECT_THAT(platform.log, ElementsAre("release", "download", "download", "download", "validate",
                                        "validate", "validate", "reset", "rescan"));
  EXPECT_TRUE(std::ranges::equal(platform.flash, image.image.bytes()));
  EXPECT_FALSE(HasJournalEntry());
}

TEST_F(AdapterUpdateTest, WorksForAnySize) {
  for (const std::size_t payload : {0U, 1U, 3904U, 3905U, 1'048'384U, 1'048'385U}) {
    platform.running = {1, 2, 0};
    EXPECT_EQ(Flash(MakeImage(payload))->outcome, JobOutcome::kUpdated) << payload;
  }
}

TEST_F(AdapterUpdateTest, TakesAnOpaqueImage) {
  const auto last = Flash(FromBytes(Bytes(5000, std::byte{0x5A})));
  EXPECT_EQ(last->outcome, JobOutcome::kUpdated);
  EXPECT_EQ(platform.flash.size(), 5000U);
}

TEST_F(AdapterUpdateTest, IsDoneWhereTheVersionRunsAlready) {
  platform.running = kNew;
  EXPECT_EQ(Flash()->outcome, JobOutcome::kUpToDate);
  EXPECT_THAT(platform.log, IsEmpty());
}

TEST_F(AdapterUpdateTest, WaitsForABusyPlatformAsLongAsItIsAskedTo) {
  platform.answers[kDownload] = {1, 9902, 9903};
  platform.answers[kValidate] = {9904, 1};
  platform.answers[kReset] = {9903};
  platform.answers[kVital] = {9901};
  const auto last = Flash();
  EXPECT_EQ(last->outcome, JobOutcome::kUpdated);
  EXPECT_GT(last->seconds, 15.1) << "and a reset of 3 s";
  EXPECT_LT(last->seconds, 16.5);
}

// What is refused before the first chunk.

TEST_F(AdapterUpdateTest, IsRefusedWhileUnitsAreOpen) {
  platform.afus_open = 2;
  const auto last = Flash();
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(last.error().Message(), HasSubstr("2 AFUs are open"));
  EXPECT_THAT(platform.log, IsEmpty());
}

TEST_F(AdapterUpdateTest, IsRefusedWhereUnitsStayOpenThoughThatWasAllowed) {
  platform.afus_open = 1;
  const auto last = Flash(MakeImage(), {.allow_in_use = true});
  EXPECT_EQ(last->outcome, JobOutcome::kFailed);
  EXPECT_EQ(last->failure->code, ErrorCode::kBusy);
  EXPECT_EQ(last->failure->message, "in use: 1 AFU is open");
  EXPECT_THAT(platform.log, ElementsAre("release", "rescan")) << "and no reset";
}

TEST_F(AdapterUpdateTest, IsRefusedWhereSomebodyOpensAUnitInBetween) {
  const auto job = Admit(MakeImage()).value();
  platform.before_call = [this](FacilityOperation, int call) { platform.afus_open = call >= 2; };
  platform.calls = 0;
  ASSERT_TRUE(scheduler.Run(engine.Execute(job)));
  EXPECT_EQ(job->snapshot().failure->code, ErrorCode::kBusy);
  EXPECT_THAT(platform.log, IsEmpty());
}

TEST_F(AdapterUpdateTest, IsRefusedWhereADriverDoesNotLetGoOfTheUnits) {
  FakePlatform other(scheduler);
  other.address = "capi:other";
  Add("capi1", other, Fail(ErrorCode::kBusy, "the driver does not let go"));
  const auto job = Admit(MakeImage(), {}, "capi1").value();
  ASSERT_TRUE(scheduler.Run(engine.Execute(job)));
  EXPECT_EQ(job->snapshot().failure->code, ErrorCode::kBusy);
  EXPECT_THAT(other.log, ElementsAre("release", "rescan"));
}

TEST_F(AdapterUpdateTest, LeavesASequenceOfSomebodyElseAlone) {
  platform.sequence = kValidate;
  const auto last = Flash();
  EXPECT_EQ(last->failure->code, ErrorCode::kBusy);
  EXPECT_EQ(last->failure->message, "a validation is open on the adapter; an abort ends it");
  EXPECT_THAT(platform.log, IsEmpty());
  EXPECT_TRUE(scheduler.Run(engine.Perform("capi0", Step::kAbort, {})));
  EXPECT_EQ(platform.resets, 1);
}

TEST_F(AdapterUpdateTest, IsRefusedForAnImageThatIsNotForTheAdapter) {
  AdapterFile file{.version = kNew, .identity = {0x1014, 0x0477, 0x1014, 0x04DB}};
  EXPECT_EQ(Admit(MakeImage(10, file)).error().code(), ErrorCode::kInvalidImage);
  EXPECT_THAT(Admit(MakeImage(10, file)).error().Message(),
              HasSubstr("is for 1014:0477 (1014:04db); the adapter is 1014:0477 (1014:04da)"));
  file = {.version = kNew, .identity = platform.identity, .is_partial = true};
  EXPECT_EQ(Admit(MakeImage(10, file)).error().code(), ErrorCode::kNotSupported);
  EXPECT_EQ(Admit(MakeImage(4'194'304)).error().code(), ErrorCode::kInvalidSize);
  Bytes damaged = MakeAdapterFile({.identity = platform.identity}, 100);
  damaged.back() ^= std::byte{1};
  EXPECT_EQ(Admit(FromBytes(damaged)).error().code(), ErrorCode::kInvalidImage);
}

// Failures. Whatever happens, the adapter is reset once the first chunk was sent.

struct Failure {
  FacilityOperation operation;
  std::int64_t code;
  ErrorCode error;
};

TEST_F(AdapterUpdateTest, TellsABadImageFromABadArgumentFromABusyPlatform) {
  for (const Failure& failure :
       {Failure{kDownload, -70, ErrorCode::kInvalidImage},
        Failure{kDownload, -4, ErrorCode::kInvalidArgument},
        Failure{kDownload, -72, ErrorCode::kInvalidArgument},
        Failure{kDownload, -75, ErrorCode::kBusy}, Failure{kDownload, -1, ErrorCode::kHwError},
        Failure{kValidate, -70, ErrorCode::kHwError}, Failure{kValidate, -16, ErrorCode::kBusy},
        Failure{kValidate, 4711, ErrorCode::kHwError}}) {
    SCOPED_TRACE(failure.code);
    platform.log.clear();
    platform.resets = 0;
    platform.answers[failure.operation] = {failure.code};
    const auto last = Flash(MakeImage(), {.force = true});
    EXPECT_EQ(last->outcome, JobOutcome::kFailed);
    EXPECT_EQ(last->failure->code, failure.error);
    EXPECT_EQ(platform.resets, 1);
    EXPECT_EQ(platform.log.back(), "rescan");
    EXPECT_FALSE(HasJournalEntry());
  }
}

TEST_F(AdapterUpdateTest, FallsBackToTheFactoryImageAndIsFlashedFromThere) {
  platform.before_call = [this](FacilityOperation, int) {
    if (platform.log.size() == 2) platform.answers[kDownload] = {-1};
  };
  const auto failed = Flash();
  platform.before_call = {};
  EXPECT_EQ(failed->outcome, JobOutcome::kFailed);
  EXPECT_EQ(failed->state, "bank user is empty, bank factory runs 1.0.0");
  EXPECT_EQ(Flash()->outcome, JobOutcome::kUpdated);
  EXPECT_EQ(platform.image, "user");
}

TEST_F(AdapterUpdateTest, SeesThatSomethingElseRunsThanWasLoaded) {
  platform.after_reset = [this] { platform.running = {9, 9, 9}; };
  const auto last = Flash();
  EXPECT_EQ(last->outcome, JobOutcome::kFailed);
  EXPECT_EQ(last->failure->message, "the device now runs 9.9.9; 1.3.0 was expected");
  EXPECT_EQ(platform.resets, 1) << "a second one would change nothing";
}

TEST_F(AdapterUpdateTest, SeesThatTheAdapterFellBackWithAnOpaqueImage) {
  platform.after_reset = [this] { platform.image = "factory"; };
  const auto last = Flash(FromBytes(Bytes(5000)));
  EXPECT_EQ(last->outcome, JobOutcome::kFailed);
  EXPECT_THAT(last->failure->message, HasSubstr("bank user is not valid"));
}

TEST_F(AdapterUpdateTest, KeepsTheJournalWhereTheAdapterCannotBeReset) {
  platform.answers[kReset] = {-1, -1};
  const auto last = Flash();
  EXPECT_EQ(last->outcome, JobOutcome::kFailed);
  EXPECT_THAT(last->failure->message, HasSubstr("the adapter was not reset"));
  EXPECT_TRUE(HasJournalEntry());
  EXPECT_TRUE(Inspect()) << "which repairs it";
  EXPECT_FALSE(HasJournalEntry());
  EXPECT_EQ(platform.resets, 1);
  EXPECT_EQ(platform.log.back(), "rescan");
}

TEST_F(AdapterUpdateTest, GivesAnAdapterUpThatDoesNotComeBack) {
  platform.reset_takes = std::chrono::minutes(10);
  const auto last = Flash();
  EXPECT_THAT(last->failure->message, HasSubstr("did not come back from its reset within 60 s"));
  EXPECT_EQ(last->failure->code, ErrorCode::kTimeout);
  EXPECT_TRUE(HasJournalEntry());
}

// Verification by itself.

TEST_F(AdapterUpdateTest, VerifiesWithoutAReset) {
  ASSERT_TRUE(Flash());
  platform.log.clear();
  const auto last = Flash(MakeImage(), {.only_verify = true});
  EXPECT_EQ(last->outcome, JobOutcome::kVerified);
  EXPECT_THAT(platform.log, ElementsAre("release", "validate", "validate", "validate", "rescan"));
}

TEST_F(AdapterUpdateTest, SaysThatTheFlashHoldsSomethingElse) {
  const auto last = Flash(MakeImage(), {.only_verify = true});
  EXPECT_EQ(last->outcome, JobOutcome::kFailed);
  EXPECT_EQ(last->failure->code, ErrorCode::kHwError);
  EXPECT_THAT(last->failure->message, HasSubstr("does not hold the image"));
  EXPECT_EQ(platform.log.back(), "rescan");
  EXPECT_EQ(platform.resets, 1) << "after any failure of a sequence";
}

TEST_F(AdapterUpdateTest, IsNotVerifiedWhileUnitsAreOpen) {
  platform.afus_open = 3;
  const auto last = Flash(MakeImage(), {.only_verify = true});
  EXPECT_EQ(last->failure->code, ErrorCode::kBusy);
  EXPECT_EQ(last->failure->message, "in use: 3 AFUs are open");
  EXPECT_THAT(platform.log, IsEmpty());
}

// Several adapters, none disturbing another (B5.3).

TEST_F(AdapterUpdateTest, FlashesManyAdaptersAtOnce) {
  constexpr std::size_t kTwoChunks = 1'100'000;
  std::deque<FakePlatform> platforms;
  std::vector<std::shared_ptr<Job>> jobs;
  TaskGroup group(scheduler);
  for (int index = 0; index < 200; ++index) {
    FakePlatform& added = platforms.emplace_back(scheduler);
    added.address = fmt::format("capi:{}", index);
    added.identity.subsystem = static_cast<std::uint16_t>(index);
    if (index % 3 == 0) added.answers[kDownload] = {9903, 1, 9900};
    if (index % 7 == 0) added.answers[kValidate] = {-70};
    Add(fmt::format("many{}", index), added);
    jobs.push_back(Admit(FromBytes(Bytes(kTwoChunks, static_cast<std::byte>(index))), {},
                         fmt::format("many{}", index))
                       .value());
    group.Spawn(engine.Execute(jobs.back()));
  }
  ASSERT_TRUE(scheduler.Run(group.Wait()));
  for (std::size_t index = 0; index < jobs.size(); ++index) {
    SCOPED_TRACE(index);
    EXPECT_THAT(platforms[index].violations, IsEmpty());
    EXPECT_EQ(jobs[index]->snapshot().outcome,
              index % 7 == 0 ? JobOutcome::kFailed : JobOutcome::kUpdated);
    EXPECT_EQ(platforms[index].flash, Bytes(kTwoChunks, static_cast<std::byte>(index)));
  }
}

}  // namespace
}  // namespace reflash::capi
