// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "cli/arguments.h"

namespace reflash::cli {
namespace {

/// What people read: docs/reflash.1 and docs/interfaces.md.
class ManualTest : public testing::TestWithParam<const char*> {
 protected:
  /// The page as text; a man page escapes its hyphens.
  static std::string Page() {
    std::ifstream file(std::string(REFLASH_SOURCE_DIR "/docs/") + GetParam());
    std::string text{std::istreambuf_iterator<char>(file), {}};
    std::erase(text, '\\');
    return text;
  }

  /// Whether `word` stands in the text, not as a part of a longer one.
  static bool HasWord(const std::string& text, const std::string& word) {
    const std::string letters = "abcdefghijklmnopqrstuvwxyz-";
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      const char next = at + word.size() < text.size() ? text[at + word.size()] : ' ';
      if (letters.find(next) == std::string::npos) return true;
    }
    return false;
  }
};

TEST_P(ManualTest, HasEachCommand) {
  const std::string page = Page();
  for (const CommandSynopsis& command : DescribeCommandLine()) {
    const bool is_group = command.name == "lab" || command.name == "trace" ||
                          command.name == "completion" || command.name.empty();
    if (is_group) continue;
    EXPECT_TRUE(HasWord(page, "reflash " + command.name) || HasWord(page, "`" + command.name))
        << command.name;
  }
}

TEST_P(ManualTest, HasEachOption) {
  const std::string page = Page();
  for (const CommandSynopsis& command : DescribeCommandLine()) {
    for (const OptionSynopsis& option : command.options) {
      for (const std::string& name : option.names) {
        EXPECT_TRUE(HasWord(page, name)) << command.name << " " << name;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Docs, ManualTest, testing::Values("reflash.1", "interfaces.md"));

}  // namespace
}  // namespace reflash::cli
