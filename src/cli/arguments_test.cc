// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace reflash::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::variant<Arguments, TextAnswer> Parse(const std::string& line) {
  std::istringstream words(line);
  return ParseArguments({std::istream_iterator<std::string>(words), {}});
}

/// What a right command line means.
Arguments Right(const std::string& line) {
  std::variant<Arguments, TextAnswer> parsed = Parse(line);
  if (const auto* const answer = std::get_if<TextAnswer>(&parsed)) {
    ADD_FAILURE() << line << ": " << answer->text;
    return {};
  }
  return std::get<Arguments>(std::move(parsed));
}

template <class Command>
Command The(const std::string& line) {
  return std::get<Command>(Right(line).command);
}

/// What is said about a command line that asks for text, or is wrong.
TextAnswer Answer(const std::string& line) {
  std::variant<Arguments, TextAnswer> parsed = Parse(line);
  if (std::holds_alternative<TextAnswer>(parsed)) return std::get<TextAnswer>(std::move(parsed));
  return {ExitCode::kDone, "it was accepted"};
}

TEST(Arguments, ForAllCommands) {
  EXPECT_FALSE(Right("list").json);
  EXPECT_FALSE(Right("list").configuration_file);
  for (const char* const line : {"--json --config x.toml list", "list --json --config x.toml"}) {
    EXPECT_TRUE(Right(line).json);
    EXPECT_EQ(Right(line).configuration_file, "x.toml");
  }
}

TEST(Arguments, OfCommandsThatLook) {
  The<ListArguments>("list");
  EXPECT_EQ(The<InfoArguments>("info swp1").device, "swp1");
  The<DiscoverArguments>("discover");
  EXPECT_EQ(The<NamesArguments>("list --names --config x.toml").configuration_file, "x.toml");
  The<CompletionArguments>("completion bash");
  The<CompletionArguments>("completion zsh");
}

TEST(Arguments, OfWatch) {
  EXPECT_THAT(The<WatchArguments>("watch").devices, IsEmpty());
  const auto watch = The<WatchArguments>("watch swp1 card* --config x.toml");
  EXPECT_THAT(watch.devices, ElementsAre("swp1", "card*"));
  EXPECT_EQ(watch.configuration_file, "x.toml");
}

TEST(Arguments, OfFlashAsItIsMeant) {
  const auto flash = The<FlashArguments>("flash fw.bin swp1 swp*");
  EXPECT_EQ(flash.image, "fw.bin");
  EXPECT_THAT(flash.devices, ElementsAre("swp1", "swp*"));
  EXPECT_TRUE(flash.options.run && flash.options.commit && flash.options.read_back);
  EXPECT_FALSE(flash.options.hitless || flash.options.force || flash.options.rewrite);
  EXPECT_FALSE(flash.options.allow_in_use || flash.options.allow_single_bank);
  EXPECT_FALSE(flash.options.expect_version);
  EXPECT_FALSE(flash.dry_run || flash.keep_going || flash.yes);
  EXPECT_EQ(flash.at_once + flash.max_failures + flash.repeat, 0U);
  EXPECT_FALSE(flash.password_file);
}

TEST(Arguments, OfFlashWithEachOption) {
  const auto flash = The<FlashArguments>(
      "flash fw.bin swp1 --no-run --no-commit --no-read-back --hitless --force --allow-in-use "
      "--allow-single-bank --expect-version 1.3.0 --dry-run --keep-going --yes --at-once 4 "
      "--max-failures 2 --password-file p");
  EXPECT_FALSE(flash.options.run || flash.options.commit || flash.options.read_back);
  EXPECT_TRUE(flash.options.hitless && flash.options.force);
  EXPECT_TRUE(flash.options.allow_in_use && flash.options.allow_single_bank);
  EXPECT_EQ(flash.options.expect_version, (Version{1, 3, 0}));
  EXPECT_TRUE(flash.dry_run && flash.keep_going && flash.yes);
  EXPECT_EQ(flash.at_once, 4U);
  EXPECT_EQ(flash.max_failures, 2U);
  EXPECT_EQ(flash.password_file, "p");
  EXPECT_EQ(The<FlashArguments>("flash fw.bin swp1 --repeat 100").repeat, 100U);
}

TEST(Arguments, OfTheStepsOfABankSwitch) {
  EXPECT_EQ(The<StepArguments>("commit swp1").step, Step::kCommit);
  EXPECT_EQ(The<StepArguments>("commit swp1").device, "swp1");
  EXPECT_EQ(The<StepArguments>("abort swp1 --password-file p").step, Step::kAbort);
  EXPECT_EQ(The<StepArguments>("abort swp1 --password-file p").password_file, "p");
  const auto run = The<StepArguments>("run swp1 --hitless --allow-in-use");
  EXPECT_EQ(run.step, Step::kRun);
  EXPECT_TRUE(run.options.hitless && run.options.allow_in_use);
  EXPECT_EQ(The<StepArguments>("rollback swp1 --allow-in-use").step, Step::kRollback);
}

TEST(Arguments, OfEmulatedHardware) {
  const auto serve = The<LabServeArguments>("lab serve lab.toml --socket /run/lab.sock");
  EXPECT_EQ(serve.lab_file, "lab.toml");
  EXPECT_EQ(serve.socket, "/run/lab.sock");
  const auto image =
      The<LabImageArguments>("lab image --version 1.3.0 --part OSFP* --size 4096 --seed 7 -o fw");
  EXPECT_EQ(image.version, (Version{1, 3, 0}));
  EXPECT_EQ(image.part, "OSFP*");
  EXPECT_EQ(image.size_bytes, 4096U);
  EXPECT_EQ(image.seed, 7U);
  EXPECT_EQ(image.output, "fw");
  The<DemoArguments>("demo");
}

TEST(Arguments, WrongUsageSaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> mistakes{
      {"", "a command is missing"},
      {"frob swp1", "there is no command 'frob'"},
      {"info", "DEVICE is required"},
      {"flash", "IMAGE is required"},
      {"flash fw.bin", "DEVICE is required"},
      {"flash fw.bin swp1 --frob", "--frob"},
      {"flash fw.bin swp1 --at-once 0", "--at-once"},
      {"flash fw.bin swp1 --at-once many", "--at-once"},
      {"flash fw.bin swp1 --max-failures 0", "--max-failures"},
      {"flash fw.bin swp1 --repeat 0", "--repeat"},
      {"flash fw.bin swp1 --repeat 2 --dry-run", "--repeat writes"},
      {"flash fw.bin swp1 --expect-version 1.x", "--expect-version"},
      {"commit swp1 --hitless", "--hitless"},
      {"run", "DEVICE is required"},
      {"list swp1", "swp1"},
      {"lab serve", "LAB is required"},
      {"lab image --version 1.3.0 --part P --size -1 -o fw", "--size"},
      {"completion fish", "there is no command 'fish'"},
      {"lab", "a command is missing"},
  };
  for (const auto& [line, words] : mistakes) {
    SCOPED_TRACE(line);
    const TextAnswer answer = Answer(line);
    EXPECT_EQ(answer.exit_code, ExitCode::kUsage);
    EXPECT_THAT(answer.text, HasSubstr(words));
    EXPECT_THAT(answer.text, Not(HasSubstr("\n")));
  }
}

TEST(Arguments, HelpIsAboutTheCommandThatWasNamed) {
  EXPECT_EQ(Answer("--help").exit_code, ExitCode::kDone);
  EXPECT_THAT(Answer("--help").text, HasSubstr("discover"));
  EXPECT_THAT(Answer("flash --help").text, HasSubstr("--max-failures"));
  EXPECT_THAT(Answer("lab image --help").text, HasSubstr("--part"));
}

TEST(Arguments, ExitCodesStandInTheHelpOfTheProgramAlone) {
  EXPECT_THAT(Answer("--help").text, HasSubstr("Exit codes: 0 done"));
  EXPECT_THAT(Answer("flash --help").text, Not(HasSubstr("Exit codes")));
}

TEST(Arguments, WhatIsForShellsIsNotInTheHelp) {
  EXPECT_THAT(Answer("list --help").text, Not(HasSubstr("--names")));
}

TEST(Arguments, TheVersionIsPrinted) {
  EXPECT_EQ(Answer("--version").exit_code, ExitCode::kDone);
  EXPECT_THAT(Answer("--version").text, testing::MatchesRegex("reflash [0-9.]+\n"));
}

const CommandSynopsis& Synopsis(const std::vector<CommandSynopsis>& all, const std::string& name) {
  return *std::ranges::find(all, name, &CommandSynopsis::name);
}

TEST(CommandSynopsis, HasEachCommandWithItsOptionsAndOperands) {
  const std::vector<CommandSynopsis> all = DescribeCommandLine();
  EXPECT_EQ(all.front().name, "");
  EXPECT_THAT(Synopsis(all, "flash").operands, ElementsAre("IMAGE", "DEVICE"));
  EXPECT_THAT(Synopsis(all, "lab image").options,
              Contains(testing::FieldsAre(ElementsAre("-o", "--output"), "FILE")));
  EXPECT_THAT(Synopsis(all, "flash").options,
              Contains(testing::FieldsAre(ElementsAre("--force"), "")));
  EXPECT_THAT(Synopsis(all, "list").options,
              Not(Contains(testing::FieldsAre(ElementsAre("--names"), testing::_))));
}

}  // namespace
}  // namespace reflash::cli
