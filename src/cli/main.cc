// SPDX-License-Identifier: Apache-2.0
#include <sys/types.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "async/real_scheduler.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/output.h"

namespace reflash::cli {
namespace {

template <class Command>
concept NeedsEnvironment = requires(Environment& environment, Command command) {
  RunCommand(environment, std::move(command));
};

Task<ExitCode> Dispatch(RealScheduler& scheduler, const Output& output, Arguments arguments,
                        std::stop_token stop) {
  std::unique_ptr<Environment> environment;
  const auto run = [&]<class Command>(Command command) -> Task<ExitCode> {
    if constexpr (NeedsEnvironment<Command>) {
      return RunCommand(*environment, std::move(command));
    } else {
      return RunCommand(scheduler, output, std::move(command), stop);
    }
  };
  const bool needs_environment = std::visit(
      []<class Command>(const Command&) { return NeedsEnvironment<Command>; }, arguments.command);
  if (needs_environment) {
    environment = co_await Environment::Open(scheduler, output, arguments.configuration_file, stop);
  }
  co_return co_await std::visit(run, std::move(arguments.command));
}

/// Interrupt and terminate cancel; losing the terminal or a reader of the output does not.
void SetUpSignals(RealScheduler& scheduler, std::stop_source& stop) {
  std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  scheduler.OnSignals({SIGINT, SIGTERM}, [&stop](int) { stop.request_stop(); });
}

ExitCode Run(Arguments arguments) {
  const Output output(arguments.json);
  RealScheduler scheduler;
  std::stop_source stop;
  SetUpSignals(scheduler, stop);
  const Result<ExitCode> exit_code =
      scheduler.Run(Dispatch(scheduler, output, std::move(arguments), stop.get_token()));
  if (exit_code) return *exit_code;
  output.PrintError(exit_code.error());
  return ExitCodeFor(exit_code.error().code());
}

ExitCode Answer(const TextAnswer& answer, bool json) {
  if (answer.exit_code == ExitCode::kDone) {
    std::fwrite(answer.text.data(), 1, answer.text.size(), stdout);
  } else {
    Output(json).PrintError(Error(ErrorCode::kInvalidArgument, answer.text));
  }
  return answer.exit_code;
}

ExitCode Main(const std::vector<std::string>& words) {
  std::variant<Arguments, TextAnswer> parsed = ParseArguments(words);
  if (const auto* const answer = std::get_if<TextAnswer>(&parsed)) {
    return Answer(*answer, std::ranges::find(words, "--json") != words.end());
  }
  return Run(std::get<Arguments>(std::move(parsed)));
}

}  // namespace
}  // namespace reflash::cli

int main(int argc, char** argv) {
  return static_cast<int>(reflash::cli::Main({argv + 1, argv + argc}));
}
