// SPDX-License-Identifier: Apache-2.0
#include "cli/job_arguments.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <optional>
#include <string_view>

#include "base/version.h"

namespace reflash::cli {
namespace {

std::string CheckVersion(std::string& text) {
  const Result<Version> version = Version::Parse(text);
  return version ? "" : version.error().Message();
}

Version VersionOf(const std::string& text) { return Version::Parse(text).value_or(Version{}); }

/// An option with a number of things, at least one.
CLI::Option* AddCount(CLI::App& command, const std::string& name, std::size_t& count,
                      const std::string& help) {
  constexpr std::size_t kMost = 100'000;
  return command.add_option(name, count, help)
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, kMost).description(""));
}

void AddPasswordFile(CLI::App& command, std::optional<std::string>& file) {
  command
      .add_option("--password-file", file,
                  "What opens the device: a file with eight hexadecimal digits")
      ->type_name("FILE");
}

/// Which steps of an update, and how.
void AddJobSteps(CLI::App& command, JobOptions& options) {
  command.add_flag_callback(
      "--no-run", [&options] { options.run = false; },
      "Load the image beside the running one and stop there");
  command.add_flag_callback(
      "--no-commit", [&options] { options.commit = false; },
      "Run the image, but let the old one boot after the next reset");
  command.add_flag("--hitless", options.hitless,
                   "Ask the device to keep traffic flowing while the image starts");
  command.add_flag_callback(
      "--no-read-back", [&options] { options.read_back = false; },
      "Trust the device's own check instead of reading the image back");
  command
      .add_option_function<std::string>(
          "--expect-version",
          [&options](const std::string& text) { options.expect_version = VersionOf(text); },
          "The version that the device must run in the end")
      ->type_name("VERSION")
      ->check(CLI::Validator(CheckVersion, ""));
}

void AddAllowInUse(CLI::App& command, JobOptions& options) {
  command.add_flag("--allow-in-use", options.allow_in_use,
                   "Cut the traffic of interfaces that are up");
}

/// What the device itself is made to accept.
void AddJobOverrides(CLI::App& command, JobOptions& options) {
  command.add_flag("--force", options.force,
                   "Write an equal version too, or an image for another part");
  command.add_flag("--allow-single-bank", options.allow_single_bank,
                   "Overwrite the only image of a device");
}

/// What is refused without them.
void AddFlashPermissions(CLI::App& command, FlashArguments& flash) {
  AddJobOverrides(command, flash.options);
  AddAllowInUse(command, flash.options);
  command.add_flag("--allow-factory-image", flash.options.allow_factory_image,
                   "Replace the image that a card falls back to; cannot be undone");
  command.add_flag("--allow-key-hash", flash.options.allow_key_hash,
                   "Program the hash of a root key; cannot be undone");
  command.add_flag("--allow-key-cancellation", flash.options.allow_key_cancellation,
                   "Cancel a key that signs images; cannot be undone");
  command.add_flag("--yes", flash.yes, "Do not ask before something that cannot be undone");
}

/// How many devices, how often, and how far.
void AddFlashLimits(CLI::App& command, FlashArguments& flash) {
  command.add_flag("--dry-run", flash.dry_run, "Check everything and write nothing");
  AddCount(command, "--at-once", flash.at_once, "Update at most N devices at a time");
  AddCount(command, "--max-failures", flash.max_failures,
           "Begin no further device once N have failed");
  command.add_flag("--keep-going", flash.keep_going,
                   "When a device is refused, update the others (without: none)");
  AddCount(command, "--repeat", flash.repeat,
           "A test: write the image N times, then print how long each phase took");
}

void AddImage(CLI::App& command, std::string& image) {
  command.add_option("IMAGE", image, "The image; IMAGE.toml beside it is its manifest")
      ->type_name("")
      ->required();
}

void AddDevices(CLI::App& command, std::vector<std::string>& devices) {
  command.add_option("DEVICE", devices, "Names, or globs such as 'swp*'")
      ->type_name("")
      ->required();
}

void AddDevice(CLI::App& command, std::string& device) {
  command.add_option("DEVICE", device, "Its name")->type_name("")->required();
}

}  // namespace

void AddFlashArguments(CLI::App& command, FlashArguments& flash) {
  AddImage(command, flash.image);
  AddDevices(command, flash.devices);
  AddFlashLimits(command, flash);
  AddJobSteps(command, flash.options);
  AddFlashPermissions(command, flash);
  AddPasswordFile(command, flash.password_file);
}

void AddVerifyArguments(CLI::App& command, VerifyArguments& verify) {
  AddImage(command, verify.image);
  AddDevices(command, verify.devices);
  AddCount(command, "--at-once", verify.at_once, "Compare at most N devices at a time");
  command.add_flag("--force", verify.options.force, "Compare an image for another part too");
  AddPasswordFile(command, verify.password_file);
}

void AddStepArguments(CLI::App& command, StepArguments& step) {
  AddDevice(command, step.device);
  AddPasswordFile(command, step.password_file);
  if (step.step == Step::kRun || step.step == Step::kRollback) {
    AddAllowInUse(command, step.options);
  }
  if (step.step != Step::kRun) return;
  command.add_flag("--hitless", step.options.hitless, "Ask the device to keep traffic flowing");
  command
      .add_option("--bank", step.options.bank,
                  "The bank to start, as 'info' names it (without: what was loaded last, or the "
                  "other one)")
      ->type_name("BANK");
}

void AddCdbArguments(CLI::App& command, CdbArguments& cdb) {
  AddDevice(command, cdb.device);
  command.add_option("COMMAND", cdb.command, "Its number, four hexadecimal digits: 0041")
      ->type_name("")
      ->required();
  command
      .add_option("PAYLOAD", cdb.payload,
                  "The local payload, in hexadecimal digits; at most 120 bytes")
      ->type_name("");
  command
      .add_option("--epl", cdb.extended_payload,
                  "The extended payload, in hexadecimal digits; at most 2048 bytes")
      ->type_name("HEX");
  command
      .add_option("--epl-reply", cdb.extended_reply_bytes,
                  "How long a reply in the extended payload is (0106h tells it by itself)")
      ->type_name("BYTES")
      ->check(CLI::Range(std::size_t{1}, std::size_t{2048}).description(""));
  AddCount(command, "--timeout", cdb.timeout_seconds, "Wait at most N seconds (default: 60)");
  AddAllowInUse(command, cdb.options);
  AddPasswordFile(command, cdb.password_file);
}

void AddRecordArguments(CLI::App& command, TraceRecordArguments& record) {
  command.add_option("FILE", record.recording, "A new file, for the recording")
      ->type_name("")
      ->required();
  AddImage(command, record.image);
  AddDevice(command, record.device);
  AddJobSteps(command, record.options);
  AddJobOverrides(command, record.options);
  AddAllowInUse(command, record.options);
  AddPasswordFile(command, record.password_file);
}

void AddReplayArguments(CLI::App& command, TraceReplayArguments& replay) {
  command.add_option("FILE", replay.recording, "The recording")->type_name("")->required();
  command.add_option("IMAGE", replay.image, "The image of then")->type_name("")->required();
  command.add_option("--kind", replay.kind, "The driver (default: cmis)")->type_name("DRIVER");
  AddJobSteps(command, replay.options);
  AddJobOverrides(command, replay.options);
}

void AddVersion(CLI::App& command, Version& version, const std::string& help) {
  command
      .add_option_function<std::string>(
          "--version", [&version](const std::string& text) { version = VersionOf(text); }, help)
      ->type_name("VERSION")
      ->check(CLI::Validator(CheckVersion, ""))
      ->required();
}

}  // namespace reflash::cli
