// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger_directories.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

namespace reflash {
namespace {

constexpr uid_t kRoot = 0;
constexpr uid_t kUser = 1000;

Result<LedgerDirectories> Choose(uid_t user,
                                 const std::map<std::string, std::string>& environment) {
  return LedgerDirectories::Choose(user, [&](const char* name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  });
}

TEST(LedgerDirectories, AreTheSystemsForRootWhateverXdgSays) {
  const LedgerDirectories expected{"/run/reflash", "/var/lib/reflash"};
  EXPECT_EQ(Choose(kRoot, {}).value(), expected);
  EXPECT_EQ(Choose(kRoot, {{"XDG_RUNTIME_DIR", "/run/user/0"}, {"HOME", "/root"}}).value(),
            expected);
}

TEST(LedgerDirectories, AreThoseOfXdgForOthers) {
  EXPECT_EQ(
      Choose(kUser, {{"XDG_RUNTIME_DIR", "/run/user/1000"}, {"XDG_STATE_HOME", "/s"}}).value(),
      (LedgerDirectories{"/run/user/1000/reflash", "/s/reflash"}));
}

TEST(LedgerDirectories, FallBackToTmpWhichMustBePrivateAndToHome) {
  const LedgerDirectories expected{"/tmp/reflash-1000", "/home/u/.local/state/reflash", true};
  EXPECT_EQ(Choose(kUser, {{"HOME", "/home/u"}}).value(), expected);
  EXPECT_EQ(
      Choose(kUser, {{"HOME", "/home/u"}, {"XDG_RUNTIME_DIR", ""}, {"XDG_STATE_HOME", "here"}})
          .value(),
      expected)
      << "what is empty or relative counts as not set";
}

TEST(LedgerDirectories, CanBeChosenByTwoVariablesOfOurs) {
  const std::map<std::string, std::string> environment{{"REFLASH_RUNTIME_DIR", "/r"},
                                                       {"REFLASH_STATE_DIR", "/s"}};
  for (const uid_t user : {kRoot, kUser}) {
    EXPECT_EQ(Choose(user, environment).value(), (LedgerDirectories{"/r", "/s"}));
  }
}

TEST(LedgerDirectories, MustBeAbsolute) {
  const auto directories = Choose(kRoot, {{"REFLASH_RUNTIME_DIR", "run"}});
  ASSERT_FALSE(directories);
  EXPECT_EQ(directories.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(directories.error().Message(), "REFLASH_RUNTIME_DIR=run is not an absolute path");
}

TEST(LedgerDirectories, AreNotGuessedWhereNothingTellsThem) {
  EXPECT_EQ(Choose(kUser, {}).error().code(), ErrorCode::kNotFound);
}

TEST(LedgerDirectories, ComeFromTheEnvironmentOfTheProcess) {
  ASSERT_EQ(::setenv("REFLASH_RUNTIME_DIR", "/r", 1), 0);
  ASSERT_EQ(::setenv("REFLASH_STATE_DIR", "/s", 1), 0);
  EXPECT_EQ(LedgerDirectories::FromEnvironment().value(), (LedgerDirectories{"/r", "/s"}));
  ::unsetenv("REFLASH_RUNTIME_DIR");
  ::unsetenv("REFLASH_STATE_DIR");
}

}  // namespace
}  // namespace reflash
