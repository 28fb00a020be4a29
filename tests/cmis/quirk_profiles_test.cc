// SPDX-License-Identifier: Apache-2.0
// The CMIS driver against the modules that are known for their quirks, by their profiles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "emu/module_profiles.h"
#include "module_bench.h"

namespace reflash {
namespace {

using testing::IsEmpty;

constexpr std::string_view kAnyPart = "*";

class ProfiledModule : public testing::TestWithParam<std::string_view> {
 protected:
  static emu::ModuleSettings Settings() { return *emu::FindProfile(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(, ProfiledModule, testing::ValuesIn(emu::ProfileNames()),
                         [](const auto& info) {
                           std::string name(info.param);
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(ProfiledModule, RunsAndCommitsTheNewImageAndSeesNoRuleBroken) {
  ModuleBench bench(Settings());
  const Image image = ModuleBench::MakeImage(20'001, ModuleBench::kNew, kAnyPart);
  const Result<JobSnapshot> job = bench.Flash(image);
  ASSERT_TRUE(job) << job.error().Message();
  ASSERT_EQ(job->outcome, JobOutcome::kUpdated) << job->failure->message;
  EXPECT_EQ(job->version, "1.3.0");
  EXPECT_TRUE(std::ranges::equal(bench.BankB().image(), image.bytes()));
  EXPECT_EQ(bench.module().Banks().running(), emu::Bank::kB);
  EXPECT_EQ(bench.module().Banks().committed(), emu::Bank::kB);
  EXPECT_THAT(bench.module().violations(), IsEmpty());
}

TEST_P(ProfiledModule, CanBeUpdatedOnceMoreIntoItsOtherBank) {
  ModuleBench bench(Settings());
  const auto image = [](Version version) {
    return ModuleBench::MakeImage(5'000, version, kAnyPart);
  };
  ASSERT_EQ(bench.Flash(image(ModuleBench::kNew))->outcome, JobOutcome::kUpdated);
  const Result<JobSnapshot> again = bench.Flash(image(Version{2, 0, 0}));
  ASSERT_TRUE(again) << again.error().Message();
  ASSERT_EQ(again->outcome, JobOutcome::kUpdated) << again->failure->message;
  EXPECT_EQ(bench.Running(), (Version{2, 0, 0}));
  EXPECT_EQ(bench.module().Banks().committed(), emu::Bank::kA);
  EXPECT_THAT(bench.module().violations(), IsEmpty());
}

TEST_P(ProfiledModule, KeepsItsOldImageWhenTheModuleRefusesTheNewOne) {
  ModuleBench bench(Settings());
  const Result<JobSnapshot> job =
      bench.Flash(ModuleBench::MakeImage(5'000, ModuleBench::kNew, "OTHER"));
  ASSERT_TRUE(job) << job.error().Message();
  ASSERT_EQ(job->outcome, JobOutcome::kFailed);
  EXPECT_EQ(job->failure->code, ErrorCode::kInvalidImage) << job->failure->message;
  EXPECT_EQ(bench.Running(), ModuleBench::kOld);
  EXPECT_FALSE(bench.module().Banks().downloading());
  EXPECT_THAT(bench.module().violations(), IsEmpty());
}

}  // namespace
}  // namespace reflash
