// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/command_synopsis.h"
#include "cli/exit_code.h"
#include "flash/job_options.h"
#include "flash/step.h"

namespace reflash::cli {

struct ListArguments {};

/// `list --names`: what a shell completes. Touches no device.
struct NamesArguments {
  std::optional<std::string> configuration_file;
};

struct DiscoverArguments {};

struct WatchArguments {
  std::vector<std::string> devices;  ///< names or globs; none: all jobs
  std::optional<std::string> configuration_file;
};

struct InfoArguments {
  std::string device;
};

struct FlashArguments {
  std::string image;
  std::vector<std::string> devices;  ///< names or globs
  JobOptions options;
  std::size_t at_once = 0;  ///< 0: all of them
  bool dry_run = false;
  std::optional<std::string> password_file;
  bool keep_going = false;       ///< update the others when a device is refused
  std::size_t max_failures = 0;  ///< begin no further device after so many; 0: no limit
  std::size_t repeat = 0;        ///< not 0: a test of so many runs, with statistics at its end
  bool yes = false;              ///< ask nothing
};

struct VerifyArguments {
  std::string image;
  std::vector<std::string> devices;  ///< names or globs
  JobOptions options{.only_verify = true};
  std::size_t at_once = 0;  ///< 0: all of them
  std::optional<std::string> password_file;
};

/// As it stands on the command line; hexadecimal digits.
struct CdbArguments {
  std::string device;
  std::string command;
  std::string payload;
  std::string extended_payload;
  std::size_t extended_reply_bytes = 0;
  std::size_t timeout_seconds = 60;
  JobOptions options;
  std::optional<std::string> password_file;
};

struct StepArguments {
  Step step;
  std::string device;
  JobOptions options;
  std::optional<std::string> password_file;
};

struct TraceRecordArguments {
  std::string recording;
  std::string image;
  std::string device;
  JobOptions options;
  std::optional<std::string> password_file;
};

struct TraceReplayArguments {
  std::string recording;
  std::string image;
  std::string kind = "cmis";  ///< the driver that is held to the recording
  JobOptions options;         ///< those that it was recorded with
};

struct LabServeArguments {
  std::string lab_file;
  std::string socket;
};

struct LabImageArguments {
  std::string kind = "cmis-module";  ///< of the devices that it is for
  Version version;
  std::string part;
  std::string sort = "static-region";  ///< of a card's file
  std::size_t size_bytes = 0;
  std::uint64_t seed = 0;
  std::string output;
};

struct DemoArguments {};

struct CompletionArguments {};

using CommandArguments =
    std::variant<ListArguments, NamesArguments, InfoArguments, DiscoverArguments, FlashArguments,
                 VerifyArguments, WatchArguments, StepArguments, CdbArguments, TraceRecordArguments,
                 TraceReplayArguments, LabServeArguments, LabImageArguments, DemoArguments,
                 CompletionArguments>;

/// What stands on the command line.
struct Arguments {
  std::optional<std::string> configuration_file;
  bool json = false;
  CommandArguments command;
};

/// What a command line that asks for nothing but text gives: help, the version, or a mistake.
struct TextAnswer {
  ExitCode exit_code;
  std::string text;  ///< for standard output, or standard error when exit_code is kUsage
};

/// Reads the command line. `arguments` does not contain the name of the program.
std::variant<Arguments, TextAnswer> ParseArguments(const std::vector<std::string>& arguments);

/// The whole command line, from what reads it: the program, then each command.
std::vector<CommandSynopsis> DescribeCommandLine();

}  // namespace reflash::cli
