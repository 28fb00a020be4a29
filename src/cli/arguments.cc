// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "cli/job_arguments.h"

#ifndef REFLASH_VERSION
#error "the build defines REFLASH_VERSION"
#endif

namespace reflash::cli {
namespace {

// The groups of commands in the help, in this order.
constexpr std::string_view kLooking = "Looking";
constexpr std::string_view kUpdating = "Updating";
constexpr std::string_view kStepping = "The steps of an update, one by one";
constexpr std::string_view kOthers = "Others";

constexpr std::string_view kFooter =
    "To begin: reflash discover > reflash.toml; reflash --config reflash.toml list\n"
    "What a command takes: reflash COMMAND --help\n"
    "Exit codes: 0 done; 1 a device failed; 2 nothing to do; 3 no such device; 64 wrong usage;\n"
    "65 the image is not acceptable; 75 busy or in use; 77 not permitted; 130 canceled.";

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kShells{{
    {"bash", "For bash: source <(reflash completion bash)"},
    {"zsh", "For zsh: source <(reflash completion zsh)"},
}};

/// A command that is being parsed, and what it gives when it was the one.
class Parser {
 public:
  Parser();
  std::variant<Arguments, TextAnswer> Parse(std::vector<std::string> arguments);
  [[nodiscard]] std::vector<CommandSynopsis> Describe() const { return cli::Describe(app_); }

 private:
  CLI::App* AddCommand(std::string_view group, const std::string& name, const std::string& help);
  void AddList();
  void AddInfo();
  void AddDiscover();
  void AddFlash();
  void AddVerify();
  void AddWatch();
  void AddSteps();
  void AddCdb();
  void AddTrace();
  void AddLab();
  void AddDemo();
  void AddCompletion();
  [[nodiscard]] TextAnswer WrongUsage(const CLI::ParseError& error) const;

  CLI::App app_{"Loads new firmware into hardware: optical modules, and more to come."};
  Arguments arguments_;
  bool only_names_ = false;
  InfoArguments info_;
  FlashArguments flash_;
  VerifyArguments verify_;
  CdbArguments cdb_;
  WatchArguments watch_;
  TraceRecordArguments trace_record_;
  TraceReplayArguments trace_replay_;
  LabServeArguments lab_serve_;
  LabImageArguments lab_image_;
  std::array<StepArguments, 4> steps_{};
};

Parser::Parser() {
  app_.name("reflash");
  app_.require_subcommand(1);
  app_.fallthrough();
  app_.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app_.get_formatter()->label("Positionals", "What to name");
  app_.get_formatter()->label("REQUIRED", "(needed)");
  app_.set_version_flag("--version", std::string("reflash ") + REFLASH_VERSION);
  app_.add_option("--config", arguments_.configuration_file,
                  "The devices of this machine (default: /etc/reflash/reflash.toml)")
      ->type_name("FILE");
  app_.add_flag("--json", arguments_.json, "Print JSON, one object a line, and nothing else");
  AddList();
  AddInfo();
  AddDiscover();
  AddFlash();
  AddWatch();
  AddSteps();
  AddVerify();
  AddCdb();
  AddTrace();
  AddLab();
  AddDemo();
  AddCompletion();
  for (CLI::App* const command : app_.get_subcommands({})) {
    for (CLI::App* const below : command->get_subcommands({})) below->group("Commands");
  }
  app_.footer(std::string(kFooter));  // after the commands, which would inherit it
}

CLI::App* Parser::AddCommand(std::string_view group, const std::string& name,
                             const std::string& help) {
  return app_.add_subcommand(name, help)->group(std::string(group));
}

void Parser::AddList() {
  CLI::App* const command = AddCommand(
      kLooking, "list", "The devices: name, kind, model, serial, running version, state");
  command->add_flag("--names", only_names_, "Only the names, without a look at the devices")
      ->group("");  // for shells, not for people
  command->callback([this] {
    if (only_names_) {
      arguments_.command = NamesArguments{arguments_.configuration_file};
    } else {
      arguments_.command = ListArguments{};
    }
  });
}

void Parser::AddInfo() {
  CLI::App* const command =
      AddCommand(kLooking, "info", "Identity, image banks, capabilities and limits of a device");
  command->add_option("DEVICE", info_.device, "A name, or a glob such as 'swp*'")
      ->type_name("")
      ->required();
  command->callback([this] { arguments_.command = info_; });
}

void Parser::AddDiscover() {
  AddCommand(kLooking, "discover", "What this machine has, as a configuration to save")
      ->callback([this] { arguments_.command = DiscoverArguments{}; });
}

void Parser::AddWatch() {
  CLI::App* const command =
      AddCommand(kUpdating, "watch", "Progress of the updates that other processes run");
  command->add_option("DEVICE", watch_.devices, "Names or globs; without: all that run")
      ->type_name("");
  command->callback([this] {
    watch_.configuration_file = arguments_.configuration_file;
    arguments_.command = watch_;
  });
}

void Parser::AddFlash() {
  CLI::App* const command = AddCommand(
      kUpdating, "flash", "Update devices: check, load, verify, run, verify, commit, verify");
  AddFlashArguments(*command, flash_);
  command->callback([this] {
    const bool contradictory = flash_.dry_run && flash_.repeat > 0;
    if (contradictory) throw CLI::ValidationError("--repeat writes, and --dry-run does not");
    arguments_.command = flash_;
  });
}

void Parser::AddVerify() {
  CLI::App* const command =
      AddCommand(kLooking, "verify", "Compare what devices hold with an image, and write nothing");
  AddVerifyArguments(*command, verify_);
  command->callback([this] { arguments_.command = verify_; });
}

void Parser::AddCdb() {
  CLI::App* const command =
      AddCommand(kOthers, "cdb", "One CDB command to a module, for those who test modules");
  AddCdbArguments(*command, cdb_);
  command->callback([this] { arguments_.command = cdb_; });
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
    CLI::App* const command = AddCommand(kStepping, row.name, row.help);
    AddStepArguments(*command, step);
    command->callback([this, &step] { arguments_.command = step; });
  }
}

void Parser::AddTrace() {
  CLI::App* const trace =
      AddCommand(kOthers, "trace", "The bus traffic of an update, to a file and back");
  trace->require_subcommand(1);
  CLI::App* const record =
      trace->add_subcommand("record", "Update a device and record its bus traffic");
  AddRecordArguments(*record, trace_record_);
  record->callback([this] { arguments_.command = trace_record_; });

  CLI::App* const replay =
      trace->add_subcommand("replay", "Tell whether the driver still does what was recorded");
  AddReplayArguments(*replay, trace_replay_);
  replay->callback([this] { arguments_.command = trace_replay_; });
}

void Parser::AddLab() {
  CLI::App* const lab = AddCommand(kOthers, "lab", "Emulated hardware, to try reflash on");
  lab->require_subcommand(1);
  CLI::App* const serve = lab->add_subcommand("serve", "Emulated hardware for other processes");
  serve->add_option("LAB", lab_serve_.lab_file, "The lab file (TOML)")->type_name("")->required();
  serve->add_option("--socket", lab_serve_.socket, "The Unix socket to offer it at")
      ->type_name("PATH")
      ->required();
  serve->callback([this] { arguments_.command = lab_serve_; });

  CLI::App* const image =
      lab->add_subcommand("image", "An image that emulated devices accept, and its manifest");
  AddVersion(*image, lab_image_.version, "The version it holds");
  image
      ->add_option("--kind", lab_image_.kind,
                   "What it is for: cmis-module (default), fpga-card or capi-adapter")
      ->type_name("KIND");
  image
      ->add_option("--part", lab_image_.part,
                   "The part number it is for; may end in '*' for modules")
      ->type_name("PART");
  image
      ->add_option("--sort", lab_image_.sort,
                   "Of a card: static-region (default), controller, factory, key-hash or "
                   "key-cancellation")
      ->type_name("SORT");
  image->add_option("--size", lab_image_.size_bytes, "Bytes, header included")
      ->type_name("BYTES")
      ->required()
      ->check(CLI::Range(std::size_t{0}, std::size_t{1} << 30U).description(""));
  image->add_option("--seed", lab_image_.seed, "Another seed, other contents")->type_name("SEED");
  image->add_option("-o,--output", lab_image_.output, "The file; its manifest is FILE.toml")
      ->type_name("FILE")
      ->required();
  image->callback([this] { arguments_.command = lab_image_; });
}

void Parser::AddDemo() {
  AddCommand(kOthers, "demo", "An emulated rack, flashed before your eyes")->callback([this] {
    arguments_.command = DemoArguments{};
  });
}

void Parser::AddCompletion() {
  CLI::App* const completion =
      AddCommand(kOthers, "completion", "A script with which a shell completes our words");
  completion->require_subcommand(1);
  for (const auto& [shell, help] : kShells) {
    completion->add_subcommand(std::string(shell), std::string(help))->callback([this] {
      arguments_.command = CompletionArguments{};
    });
  }
}

std::variant<Arguments, TextAnswer> Parser::Parse(std::vector<std::string> arguments) {
  std::ranges::reverse(arguments);  // CLI11 takes them from the back
  try {
    app_.parse(std::move(arguments));
    return arguments_;
  } catch (const CLI::CallForHelp&) {
    return TextAnswer{ExitCode::kDone, app_.help()};  // of the chosen command, if there is one
  } catch (const CLI::CallForVersion& version) {
    return TextAnswer{ExitCode::kDone, std::string(version.what()) + "\n"};
  } catch (const CLI::ParseError& error) {
    return WrongUsage(error);
  }
}

/// CLI11 would rather say that a command is missing than that there is none of that name.
TextAnswer Parser::WrongUsage(const CLI::ParseError& error) const {
  std::string what = error.what();
  if (what == "A subcommand is required") {
    const std::vector<std::string> unknown = app_.remaining(true);
    what = unknown.empty() ? "a command is missing"
                           : fmt::format("there is no command '{}'", unknown.front());
  }
  return {ExitCode::kUsage, what + " (--help tells more)"};
}

}  // namespace

std::variant<Arguments, TextAnswer> ParseArguments(const std::vector<std::string>& arguments) {
  return Parser().Parse(arguments);
}

std::vector<CommandSynopsis> DescribeCommandLine() { return Parser().Describe(); }

}  // namespace reflash::cli
