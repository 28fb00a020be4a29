// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/completion_script.h"

namespace reflash::cli {

Task<ExitCode> RunCommand(RealScheduler& /*scheduler*/, const Output& output,
                          CompletionArguments /*arguments*/, std::stop_token /*stop*/) {
  if (output.json()) co_await Fail(ErrorCode::kInvalidArgument, "a script is no JSON");
  std::string script = CompletionScript(DescribeCommandLine());
  script.pop_back();  // Line ends it
  output.Line(script);
  co_return ExitCode::kDone;
}

}  // namespace reflash::cli
