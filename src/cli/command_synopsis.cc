// SPDX-License-Identifier: Apache-2.0
#include "cli/command_synopsis.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace reflash::cli {
namespace {

OptionSynopsis DescribeOption(const CLI::Option& option) {
  OptionSynopsis synopsis;
  for (const std::string& name : option.get_snames()) synopsis.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) synopsis.names.push_back("--" + name);
  if (option.get_type_size() > 0) synopsis.value = option.get_type_name();
  return synopsis;
}

CommandSynopsis DescribeCommand(const CLI::App& command, const std::string& name) {
  CommandSynopsis synopsis{.name = name, .options = {}, .operands = {}};
  for (const CLI::Option* const option : command.get_options()) {
    const bool hidden = option->get_group().empty();
    if (option->get_positional()) {
      synopsis.operands.push_back(option->get_name());
    } else if (!hidden) {
      synopsis.options.push_back(DescribeOption(*option));
    }
  }
  return synopsis;
}

/// Describes the commands below `command`, whose names begin with `before`.
void DescribeBelow(const CLI::App& command, const std::string& before,
                   std::vector<CommandSynopsis>& synopses) {
  for (const CLI::App* const below : command.get_subcommands({})) {
    synopses.push_back(DescribeCommand(*below, before + below->get_name()));
    DescribeBelow(*below, before + below->get_name() + " ", synopses);
  }
}

}  // namespace

std::vector<CommandSynopsis> Describe(const CLI::App& program) {
  std::vector<CommandSynopsis> synopses{DescribeCommand(program, "")};
  DescribeBelow(program, "", synopses);
  return synopses;
}

}  // namespace reflash::cli
