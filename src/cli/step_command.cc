// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/json_lines.h"
#include "cli/password_file.h"

namespace reflash::cli {
namespace {

Task<DeviceInfo> Perform(Environment& environment, StepArguments arguments) {
  co_await environment.Attach(arguments.device);
  co_return co_await environment.engine().Perform(arguments.device, arguments.step,
                                                  arguments.options, environment.stop());
}

}  // namespace

Task<ExitCode> RunCommand(Environment& environment, StepArguments arguments) {
  const Output& output = environment.output();
  if (!environment.Has(arguments.device)) {
    co_return Fail(ErrorCode::kNotFound, "there is no device '{}'", arguments.device);
  }
  arguments.options.password = co_await ReadPasswordFile(arguments.password_file);
  const Result<DeviceInfo> info = co_await Outcome(Perform(environment, arguments));
  if (!info) {
    output.PrintError(info.error(), arguments.device);
    co_return ExitCodeFor(info.error().code());
  }
  if (output.json()) {
    output.Line(StepResultLine(arguments.device, StepName(arguments.step), *info));
  } else {
    output.Line(fmt::format("{}: {}", arguments.device, info->DescribeBanks()));
  }
  co_return ExitCode::kDone;
}

}  // namespace reflash::cli
