// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string_view>

#include "base/version.h"

#ifndef REFLASH_VERSION
#error "the build defines REFLASH_VERSION"
#endif

namespace reflash::cli {
namespace {

/// A command that is being parsed, and what it gives when it was the one.
class Parser {
 public:
  Parser();
  std::variant<Arguments, TextAnswer> Parse(std::vector<std::string> arguments);

 private:
  void AddList();
  void AddInfo();
  void AddFlash();
  void AddSteps();
  void AddLab();
  void AddDemo();

  CLI::App app_{"Loads new firmware into hardware: optical modules, and more to come."};
  Arguments arguments_;
  InfoArguments info_;
  FlashArguments flash_;
  LabServeArguments lab_serve_;
  LabImageArguments lab_image_;
  std::array<StepArguments, 4> steps_{};
};

std::string CheckVersion(std::string& text) {
  const Result<Version> version = Version::Parse(text);
  return version ? "" : version.error().Message();
}

Version VersionOf(const std::string& text) { return Version::Parse(text).value_or(Version{}); }

void AddPasswordFile(CLI::App& command, std::optional<std::string>& file) {
  command
      .add_option("--password-file", file,
                  "What opens the device: a file with eight hexadecimal digits")
      ->type_name("FILE");
}

Parser::Parser() {
  app_.name("reflash");
  app_.require_subcommand(1);
  app_.fallthrough();
  app_.set_version_flag("--version", std::string("reflash ") + REFLASH_VERSION);
  app_.add_option("--config", arguments_.configuration_file,
                  "The devices of this machine (default: /etc/reflash/reflash.toml)")
      ->type_name("FILE");
  app_.add_flag("--json", arguments_.json, "Print JSON, one object a line, and nothing else");
  app_.footer(
      "Exit codes: 0 done; 1 a device failed; 2 nothing to do; 3 no such device; 64 wrong usage;\n"
      "65 the image is not acceptable; 75 busy or in use; 77 not permitted; 130 canceled.");
  AddList();
  AddInfo();
  AddFlash();
  AddSteps();
  AddLab();
  AddDemo();
}

void Parser::AddList() {
  app_.add_subcommand("list", "The devices: name, kind, model, serial, running version, state")
      ->callback([this] { arguments_.command = ListArguments{}; });
}

void Parser::AddInfo() {
  CLI::App* const command =
      app_.add_subcommand("info", "Identity, image banks, capabilities and limits of a device");
  command->add_option("DEVICE", info_.device)->required();
  command->callback([this] { arguments_.command = info_; });
}

void Parser::AddFlash() {
  CLI::App* const command = app_.add_subcommand(
      "flash", "Update devices: check, load, verify, run, verify, commit, verify");
  command->add_option("IMAGE", flash_.image, "The image; IMAGE.toml beside it is its manifest")
      ->required();
  command->add_option("DEVICE", flash_.devices, "Names, or globs such as 'swp*'")->required();
  command->add_option("--at-once", flash_.at_once, "Update at most N devices at a time")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}));
  command->add_flag("--dry-run", flash_.dry_run, "Check everything and write nothing");
  command->add_flag("--keep-going", flash_.keep_going,
                    "When a device is refused, update the others (without: none)");
  command->add_flag_callback(
      "--no-run", [this] { flash_.options.run = false; },
      "Load the image beside the running one and stop there");
  command->add_flag_callback(
      "--no-commit", [this] { flash_.options.commit = false; },
      "Run the image, but let the old one boot after the next reset");
  command->add_flag("--hitless", flash_.options.hitless,
                    "Ask the device to keep traffic flowing while the image starts");
  command->add_flag_callback(
      "--no-read-back", [this] { flash_.options.read_back = false; },
      "Trust the device's own check instead of reading the image back");
  AddPasswordFile(*command, flash_.password_file);
  command->add_flag("--force", flash_.options.force,
                    "Write an equal version too, or an image for another part");
  command->add_flag("--allow-in-use", flash_.options.allow_in_use,
                    "Cut the traffic of interfaces that are up");
  command->add_flag("--allow-single-bank", flash_.options.allow_single_bank,
                    "Overwrite the only image of a device");
  command
      ->add_option_function<std::string>(
          "--expect-version",
          [this](const std::string& text) { flash_.options.expect_version = VersionOf(text); },
          "The version that the device must run in the end")
      ->type_name("VERSION")
      ->check(CLI::Validator(CheckVersion, "MAJOR.MINOR.BUILD"));
  command->callback([this] { arguments_.command = flash_; });
}

struct StepCommand {
  const char* name;
  Step step;
  const char* help;
};

constexpr std::array kStepCommands{
    StepCommand{"run", Step::kRun, "Start the image in the idle bank of a device"},
    StepCommand{"commit", Step::kCommit, "Make the running image the one that boots"},
    StepCommand{"rollback", Step::kRollback, "Go back to the other image of a device"},
    StepCommand{"abort", Step::kAbort, "End a download that was left open"},
};

void Parser::AddSteps() {
  for (std::size_t index = 0; index < kStepCommands.size(); ++index) {
    const StepCommand& row = kStepCommands.at(index);
    StepArguments& step = steps_.at(index);
    step.step = row.step;
    CLI::App* const command = app_.add_subcommand(row.name, row.help);
    command->add_option("DEVICE", step.device)->required();
    AddPasswordFile(*command, step.password_file);
    if (row.step == Step::kRun || row.step == Step::kRollback) {
      command->add_flag("--allow-in-use", step.options.allow_in_use,
                        "Cut the traffic of interfaces that are up");
    }
    if (row.step == Step::kRun) {
      command->add_flag("--hitless", step.options.hitless,
                        "Ask the device to keep traffic flowing");
    }
    command->callback([this, &step] { arguments_.command = step; });
  }
}

void Parser::AddLab() {
  CLI::App* const lab = app_.add_subcommand("lab", "Emulated hardware");
  lab->require_subcommand(1);
  CLI::App* const serve = lab->add_subcommand("serve", "Emulated hardware for other processes");
  serve->add_option("LAB", lab_serve_.lab_file, "The lab file (TOML)")->required();
  serve->add_option("--socket", lab_serve_.socket, "The Unix socket to offer it at")
      ->type_name("PATH")
      ->required();
  serve->callback([this] { arguments_.command = lab_serve_; });

  CLI::App* const image =
      lab->add_subcommand("image", "An image that emulated devices accept, and its manifest");
  image
      ->add_option_function<std::string>(
          "--version", [this](const std::string& text) { lab_image_.version = VersionOf(text); })
      ->type_name("VERSION")
      ->check(CLI::Validator(CheckVersion, "MAJOR.MINOR.BUILD"))
      ->required();
  image->add_option("--part", lab_image_.part, "The part number it is for; may end in '*'")
      ->type_name("PART")
      ->required();
  image->add_option("--size", lab_image_.size_bytes, "Bytes, header included")
      ->type_name("BYTES")
      ->required()
      ->check(CLI::Range(std::size_t{0}, std::size_t{1} << 30U));
  image->add_option("--seed", lab_image_.seed, "Another seed, other contents")->type_name("SEED");
  image->add_option("-o,--output", lab_image_.output, "The file; its manifest is FILE.toml")
      ->type_name("FILE")
      ->required();
  image->callback([this] { arguments_.command = lab_image_; });
}

void Parser::AddDemo() {
  app_.add_subcommand("demo", "An emulated rack, flashed before your eyes")->callback([this] {
    arguments_.command = DemoArguments{};
  });
}

std::variant<Arguments, TextAnswer> Parser::Parse(std::vector<std::string> arguments) {
  std::ranges::reverse(arguments);  // CLI11 takes them from the back
  try {
    app_.parse(std::move(arguments));
    return arguments_;
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app_.get_subcommands();
    return TextAnswer{ExitCode::kDone, chosen.empty() ? app_.help() : app_.help()};
  } catch (const CLI::CallForVersion& version) {
    return TextAnswer{ExitCode::kDone, std::string(version.what()) + "\n"};
  } catch (const CLI::ParseError& error) {
    return TextAnswer{ExitCode::kUsage, error.what()};
  }
}

}  // namespace

std::variant<Arguments, TextAnswer> ParseArguments(const std::vector<std::string>& arguments) {
  return Parser().Parse(arguments);
}

}  // namespace reflash::cli
