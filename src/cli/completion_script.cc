// SPDX-License-Identifier: Apache-2.0
#include "cli/completion_script.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace reflash::cli {
namespace {

/// What the tables below say about each command goes in between.
constexpr std::string_view kBegin =
    R"script(# Completes the words of reflash; made by: reflash completion
#   bash: source <(reflash completion bash)
#   zsh:  source <(reflash completion zsh)
if [ -n "${ZSH_VERSION-}" ]; then autoload -U +X bashcompinit && bashcompinit; fi

)script";

constexpr std::string_view kEnd = R"script(
# The names of the configured devices; the configuration may stand on the command line.
_reflash_devices() {
  local index config=()
  for ((index = 1; index + 1 < ${#COMP_WORDS[@]}; ++index)); do
    if [[ ${COMP_WORDS[index]} == --config ]]; then
      config=(--config "${COMP_WORDS[index + 1]}")
    fi
  done
  "${COMP_WORDS[0]}" "${config[@]}" list --names 2>/dev/null
}

_reflash_files() {
  local IFS=$'\n'
  COMPREPLY=($(compgen -f -- "$1"))
}

_reflash() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' operands=0 index word below names
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; ++index)); do
    word=${COMP_WORDS[index]}
    if [[ " $(_reflash_options_with_value "$command") " == *" $word "* ]]; then
      ((++index))  # its value is no operand
    elif [[ $word == -* ]]; then
      continue
    elif [[ " $(_reflash_commands "$command") " == *" $word "* ]]; then
      command="${command:+$command }$word"
    else
      ((++operands))
    fi
  done

  if [[ $index -gt $COMP_CWORD ]]; then  # the value of the option before
    if [[ " $(_reflash_options_with_file "$command") " == *" $previous "* ]]; then
      _reflash_files "$current"
    fi
    return
  fi
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$(_reflash_options "$command")" -- "$current"))
    return
  fi
  below=$(_reflash_commands "$command")
  if [[ -n $below ]]; then
    COMPREPLY=($(compgen -W "$below" -- "$current"))
    return
  fi
  case $(_reflash_operand "$command" "$operands") in
    DEVICE)
      names=$(_reflash_devices)
      COMPREPLY=($(compgen -W "$names" -- "$current")) ;;
    FILE) _reflash_files "$current" ;;
  esac
}

complete -o filenames -F _reflash reflash
)script";

constexpr std::array<std::string_view, 4> kFiles{"FILE", "PATH", "IMAGE", "LAB"};

bool IsFile(std::string_view value) { return std::ranges::find(kFiles, value) != kFiles.end(); }

std::vector<std::string> OptionNames(const CommandSynopsis& command,
                                     bool (*wanted)(const OptionSynopsis& option)) {
  std::vector<std::string> names;
  for (const OptionSynopsis& option : command.options) {
    if (wanted(option)) names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

/// The names of the commands right below `command`.
std::vector<std::string> Below(std::span<const CommandSynopsis> commands,
                               const CommandSynopsis& command) {
  const std::string prefix = command.name.empty() ? "" : command.name + " ";
  std::vector<std::string> names;
  for (const CommandSynopsis& other : commands) {
    if (other.name == command.name || !other.name.starts_with(prefix)) continue;
    std::string rest = other.name.substr(prefix.size());
    if (!rest.contains(' ')) names.push_back(std::move(rest));
  }
  return names;
}

/// A shell function that prints some words for each command. Options of the program itself may
/// stand behind a command too.
template <class WordsOf>
std::string Function(std::string_view name, std::span<const CommandSynopsis> commands,
                     WordsOf words_of) {
  std::string text = fmt::format("{}() {{\n  case $1 in\n", name);
  for (const CommandSynopsis& command : commands) {
    text +=
        fmt::format("    '{}') echo '{}' ;;\n", command.name, fmt::join(words_of(command), " "));
  }
  return text + "  esac\n}\n";
}

std::string OptionsFunction(std::string_view name, std::span<const CommandSynopsis> commands,
                            bool (*wanted)(const OptionSynopsis& option)) {
  return Function(name, commands, [&](const CommandSynopsis& command) {
    std::vector<std::string> names = OptionNames(command, wanted);
    const std::vector<std::string> of_all = OptionNames(commands.front(), wanted);
    for (const std::string& other : of_all) {
      if (std::ranges::find(names, other) == names.end()) names.push_back(other);
    }
    return names;
  });
}

/// A shell function that tells what the operand number $2 (from 0) of command $1 is; the last one
/// may be repeated.
std::string OperandFunction(std::span<const CommandSynopsis> commands) {
  std::string text = "_reflash_operand() {\n  case \"$1 $2\" in\n";
  for (const CommandSynopsis& command : commands) {
    for (std::size_t index = 0; index < command.operands.size(); ++index) {
      const bool last = index + 1 == command.operands.size();
      const std::string& operand = command.operands[index];
      text += fmt::format("    '{} {}'{}) echo {} ;;\n", command.name,
                          last ? "" : fmt::format("{}", index), last ? "*" : "",
                          IsFile(operand) ? "FILE" : operand);
    }
  }
  return text + "  esac\n}\n";
}

}  // namespace

std::string CompletionScript(std::span<const CommandSynopsis> commands) {
  std::string text(kBegin);
  text += Function("_reflash_commands", commands,
                   [commands](const CommandSynopsis& command) { return Below(commands, command); });
  text += OptionsFunction("_reflash_options", commands, [](const OptionSynopsis&) { return true; });
  text += OptionsFunction("_reflash_options_with_value", commands,
                          [](const OptionSynopsis& option) { return !option.value.empty(); });
  text += OptionsFunction("_reflash_options_with_file", commands,
                          [](const OptionSynopsis& option) { return IsFile(option.value); });
  text += OperandFunction(commands);
  text += kEnd;
  return text;
}

}  // namespace reflash::cli
