// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "flash/flash_world.h"

namespace reflash {
namespace {

using testing::HasSubstr;

/// Expects that an update is refused and that the device is only looked at.
void ExpectRefused(FlashWorld& world, JobOptions options, ImageToLoad image, ErrorCode code,
                   const std::string& words) {
  const Error refusal = world.Refusal(options, std::move(image));
  EXPECT_EQ(refusal.code(), code);
  EXPECT_THAT(refusal.Message(), HasSubstr(words));
  for (const std::string& call : world.hardware().calls) {
    EXPECT_TRUE(call == "inspect" || call == "in-use") << call;
  }
  EXPECT_FALSE(world.Journal());
}

TEST(Admission, OfAnUnknownDeviceIsRefused) {
  FlashWorld world;
  const auto job =
      world.scheduler().Run(world.engine().Admit("card7", FlashWorld::MakeImage(), {}));
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().code(), ErrorCode::kNotFound);
}

TEST(Admission, HasNothingToDoForADeviceThatRunsTheWantedVersion) {
  FlashWorld world;
  world.hardware().info.banks[0].version = Version{1, 3, 0};
  world.hardware().RunBank("A");
  const std::shared_ptr<Job> job = world.Admit().value();
  EXPECT_EQ(job->snapshot().outcome, JobOutcome::kUpToDate);
  EXPECT_EQ(job->snapshot().version, "1.3.0");
  EXPECT_EQ(job->snapshot().bank, "A");
  EXPECT_EQ(job->snapshot().percent, 100);
  EXPECT_EQ(job->snapshot().remaining_bytes, 0);
  EXPECT_TRUE(world.Inspect()->info) << "it holds on to the device";
  EXPECT_EQ(world.Execute(job).outcome, JobOutcome::kUpToDate);
  EXPECT_EQ(world.hardware().Calls(), "inspect");
}

TEST(Admission, IsUpToDateEvenInUse) {
  FlashWorld world;
  world.hardware().info.banks[0].version = Version{1, 3, 0};
  world.hardware().RunBank("A");
  world.hardware().in_use = "interface eth0 is up";
  EXPECT_EQ(world.Admit().value()->snapshot().outcome, JobOutcome::kUpToDate);
}

TEST(Admission, LoadsTheSameVersionAgainWhereForced) {
  FlashWorld world;
  world.hardware().info.banks[0].version = Version{1, 3, 0};
  world.hardware().RunBank("A");
  EXPECT_EQ(world.Flash({.force = true}).outcome, JobOutcome::kUpdated);
  EXPECT_EQ(world.hardware().Count("write"), 3);
}

TEST(Admission, RewritesAnEqualVersionButNotForAnotherPart) {
  FlashWorld world;
  ASSERT_EQ(world.Flash().outcome, JobOutcome::kUpdated);
  EXPECT_EQ(world.Flash({.rewrite = true}).outcome, JobOutcome::kUpdated);
  EXPECT_EQ(world.hardware().Count("write"), 6);
  Manifest manifest = FlashWorld::Manifest1_3_0();
  manifest.fits = {{.kind = "fake", .vendor = "ACME", .part = "OSFP-*"}};
  world.hardware().calls.clear();
  ExpectRefused(world, {.rewrite = true}, FlashWorld::MakeImage(manifest), ErrorCode::kInvalidImage,
                "this is a ACME FAKE-1");
}

TEST(Admission, DoesNotCommitWhatRunsUncommittedWhereNobodyWantsThat) {
  FlashWorld world;
  ASSERT_EQ(world.Flash({.commit = false}).outcome, JobOutcome::kUpdated);
  const std::shared_ptr<Job> job = world.Admit({.commit = false}).value();
  EXPECT_EQ(job->snapshot().outcome, JobOutcome::kUpToDate);
  EXPECT_FALSE(job->snapshot().committed);
}

TEST(Admission, LoadsWithoutAManifestAsFarAsTheDeviceAgrees) {
  FlashWorld world;
  EXPECT_EQ(world.Flash({}, FlashWorld::MakeImage(std::nullopt)).outcome, JobOutcome::kUpdated);
}

TEST(Admission, TakesTheExpectedVersionWithoutAManifest) {
  FlashWorld world;
  const JobSnapshot last =
      world.Flash({.expect_version = Version{2, 0, 0}}, FlashWorld::MakeImage(std::nullopt));
  EXPECT_EQ(last.failure->message, "bank B now holds 1.3.0; 2.0.0 was expected");
}

TEST(Admission, RefusesAnExpectationThatTheManifestDenies) {
  FlashWorld world;
  ExpectRefused(world, {.expect_version = Version{2, 0, 0}}, FlashWorld::MakeImage(),
                ErrorCode::kInvalidArgument,
                "version 2.0.0 is expected, but the manifest says that the image is 1.3.0");
}

TEST(Admission, RefusesAnImageForAnotherPartUnlessForced) {
  FlashWorld world;
  Manifest manifest = FlashWorld::Manifest1_3_0();
  manifest.fits = {{.kind = "fake", .vendor = "ACME", .part = "OSFP-*"}};
  ExpectRefused(world, {}, FlashWorld::MakeImage(manifest), ErrorCode::kInvalidImage,
                "fw.bin is for ACME OSFP-*; this is a ACME FAKE-1");
  EXPECT_EQ(world.Flash({.force = true}, FlashWorld::MakeImage(manifest)).outcome,
            JobOutcome::kUpdated);
}

TEST(Admission, RefusesADamagedImageEvenWhenForced) {
  FlashWorld world;
  Manifest manifest = FlashWorld::Manifest1_3_0();
  manifest.sha256 = std::string(64, '0');
  ExpectRefused(world, {}, FlashWorld::MakeImage(manifest), ErrorCode::kInvalidImage, "damaged");
  ExpectRefused(world, {.force = true}, FlashWorld::MakeImage(manifest), ErrorCode::kInvalidImage,
                "damaged");
}

TEST(Admission, RefusesAnImageThatIsTooLargeForTheDevice) {
  FlashWorld world;
  world.hardware().info.capabilities.max_image_bytes = 2500;
  ExpectRefused(world, {.force = true}, FlashWorld::MakeImage(), ErrorCode::kInvalidSize,
                "the image has 2501 bytes; the device takes at most 2500");
  world.hardware().info.capabilities.max_image_bytes = 2501;
  EXPECT_EQ(world.Flash().outcome, JobOutcome::kUpdated);
}

TEST(Admission, RefusesToOverwriteTheOnlyImageUnlessAllowed) {
  FlashWorld world;
  world.hardware().BecomeSingleBank();
  ExpectRefused(world, {.force = true}, FlashWorld::MakeImage(), ErrorCode::kPermission,
                "--allow-single-bank");
}

TEST(Admission, RefusesAHitlessStartThatTheDeviceDoesNotOffer) {
  FlashWorld world;
  ExpectRefused(world, {.hitless = true}, FlashWorld::MakeImage(), ErrorCode::kNotSupported,
                "does not offer a hitless start");
}

TEST(Admission, RefusesToCutTrafficUnlessAllowed) {
  FlashWorld world;
  world.hardware().in_use = "interface eth0 is up";
  ExpectRefused(world, {.force = true}, FlashWorld::MakeImage(), ErrorCode::kBusy,
                "in use: interface eth0 is up (--no-run to load beside it)");
  EXPECT_EQ(world.Flash({.allow_in_use = true}).outcome, JobOutcome::kUpdated);
}

TEST(Admission, RefusesToLoadIntoTheOnlyBankBesideTraffic) {
  FlashWorld world;
  world.hardware().BecomeSingleBank();
  world.hardware().in_use = "interface eth0 is up";
  ExpectRefused(world, {.allow_single_bank = true}, FlashWorld::MakeImage(), ErrorCode::kBusy,
                "(--allow-in-use to do it anyway)");
}

TEST(Admission, RefusesToLeaveOutWhatTheDeviceDoesByItself) {
  FlashWorld world;
  world.hardware().info.capabilities.commits = false;
  ExpectRefused(world, {.commit = false}, FlashWorld::MakeImage(), ErrorCode::kNotSupported,
                "(--no-commit)");
  world.hardware().info.capabilities.switches_banks = false;
  ExpectRefused(world, {.run = false}, FlashWorld::MakeImage(), ErrorCode::kNotSupported,
                "(--no-run)");
}

TEST(Admission, IsNotUpToDateWhileTheDeviceRunsWhatItFellBackTo) {
  FlashWorld world;
  world.hardware().info.banks[0].is_fallback = true;
  world.hardware().image_version = Version{1, 2, 0};
  const JobSnapshot last =
      world.Flash({.expect_version = Version{1, 2, 0}}, FlashWorld::MakeImage(std::nullopt));
  EXPECT_EQ(last.outcome, JobOutcome::kUpdated) << "an equal version, but a proper bank";
}

TEST(Admission, FailsWithTheErrorOfADeviceThatDoesNotAnswer) {
  FlashWorld world;
  world.hardware().reachable = false;
  ExpectRefused(world, {}, FlashWorld::MakeImage(), ErrorCode::kRwError, "does not answer");
  world.hardware().reachable = true;
  EXPECT_EQ(world.Flash().outcome, JobOutcome::kUpdated) << "the claim was not given back";
}

TEST(Admission, CanBeStopped) {
  FlashWorld world;
  std::stop_source stop;
  world.At(std::chrono::milliseconds(500), [&] { stop.request_stop(); });
  const auto job = world.scheduler().Run(
      world.engine().Admit("card0", FlashWorld::MakeImage(), {}, stop.get_token()));
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().code(), ErrorCode::kCanceled);
}

}  // namespace
}  // namespace reflash
