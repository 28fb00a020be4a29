// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library is called so
class App;
}

namespace reflash::cli {

/// An option of a command, as help has it.
struct OptionSynopsis {
  std::vector<std::string> names;  ///< "-o", "--output"
  std::string value;               ///< what its value is called, such as "FILE"; empty: a flag
};

/// A command and what may stand behind it; the program itself has an empty name.
struct CommandSynopsis {
  std::string name;  ///< "flash", "lab image"
  std::vector<OptionSynopsis> options;
  std::vector<std::string> operands;  ///< "IMAGE", "DEVICE"
};

/// What a parser accepts: the program itself, then each command. Hidden options are left out.
std::vector<CommandSynopsis> Describe(const CLI::App& program);

}  // namespace reflash::cli
