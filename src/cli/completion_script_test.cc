// SPDX-License-Identifier: Apache-2.0
#include "cli/completion_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <sstream>
#include <vector>

#include "base/temporary_directory.h"
#include "cli/arguments.h"

namespace reflash::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// Runs the script in bash as a shell does when somebody presses the tab key.
class CompletionScriptTest : public testing::Test {
 protected:
  CompletionScriptTest() {
    std::string script = CompletionScript(DescribeCommandLine());
    // Stands for the program: two devices, and a third with another configuration.
    script += R"(
reflash() {
  case "$*" in
    "list --names") printf '%s\n' swp1 swp10 ;;
    "--config other.toml list --names") echo card0 ;;
  esac
}
cd "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_reflash
printf '%s\n' "${COMPREPLY[@]}"
)";
    static_cast<void>(directory_.Write("script", script));
    static_cast<void>(directory_.Write("fw.bin", ""));
    static_cast<void>(directory_.Write("fw 2.bin", ""));
  }

  /// What the last word of `words` can become; an empty word at the end is written ''.
  std::vector<std::string> Complete(const std::string& words) {
    const std::string command =
        fmt::format("bash {0}/script {0} {1}", directory_.path().string(), words);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                               &::pclose);
    std::string text;
    for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
      text += static_cast<char>(c);
    }
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      if (!line.empty()) lines.push_back(line);
    }
    return lines;
  }

  TemporaryDirectory directory_;
};

TEST_F(CompletionScriptTest, Commands) {
  EXPECT_THAT(Complete("reflash fl"), ElementsAre("flash"));
  EXPECT_THAT(Complete("reflash ''"), Contains("discover"));
  EXPECT_THAT(Complete("reflash lab ''"), UnorderedElementsAre("serve", "image"));
  EXPECT_THAT(Complete("reflash --config x.toml --json wa"), ElementsAre("watch"));
}

TEST_F(CompletionScriptTest, Options) {
  EXPECT_THAT(Complete("reflash flash fw.bin --max"), ElementsAre("--max-failures"));
  EXPECT_THAT(Complete("reflash lab image --se"), UnorderedElementsAre("--seed"));
  EXPECT_THAT(Complete("reflash list --j"), ElementsAre("--json"));
}

TEST_F(CompletionScriptTest, DevicesOfTheConfiguration) {
  EXPECT_THAT(Complete("reflash info ''"), UnorderedElementsAre("swp1", "swp10"));
  EXPECT_THAT(Complete("reflash flash fw.bin swp10 --at-once 4 swp1"),
              UnorderedElementsAre("swp1", "swp10"));
  EXPECT_THAT(Complete("reflash --config other.toml watch ''"), ElementsAre("card0"));
}

TEST_F(CompletionScriptTest, Files) {
  EXPECT_THAT(Complete("reflash flash fw"), UnorderedElementsAre("fw.bin", "fw 2.bin"));
  EXPECT_THAT(Complete("reflash flash fw.bin swp1 --password-file fw.b"), ElementsAre("fw.bin"));
  EXPECT_THAT(Complete("reflash --config fw.b"), ElementsAre("fw.bin"));
}

TEST_F(CompletionScriptTest, NothingWhereThereIsNothingToSay) {
  EXPECT_THAT(Complete("reflash flash fw.bin swp1 --at-once ''"), IsEmpty());
  EXPECT_THAT(Complete("reflash commit swp1 --password-file fw.bin nosuch"), IsEmpty());
  EXPECT_THAT(Complete("reflash demo ''"), IsEmpty());
}

}  // namespace
}  // namespace reflash::cli
