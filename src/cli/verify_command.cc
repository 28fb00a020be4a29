// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "cli/attached_devices.h"
#include "cli/commands.h"
#include "cli/display.h"
#include "cli/job_errors.h"
#include "cli/load_image.h"
#include "cli/password_file.h"

namespace reflash::cli {

Task<ExitCode> RunCommand(Environment& environment, VerifyArguments arguments) {
  const std::vector<std::string> names = co_await environment.Select(arguments.devices);
  const ImageToLoad image = co_await LoadImage(arguments.image);
  arguments.options.password = co_await ReadPasswordFile(arguments.password_file);
  AttachedDevices attached = AttachAll(environment, names, image, arguments.options);

  const Output& output = environment.output();
  std::unique_ptr<Display> display = Display::Make(output, environment.scheduler());
  // Nothing is written, so one that is refused is no reason to leave the others out.
  const FlashRunOptions options{.at_once = arguments.at_once, .keep_going = true};
  FlashRun run(environment.scheduler(), environment.engine(), output, *display, options);
  const std::vector<JobSnapshot> jobs =
      co_await run.Run(std::move(attached.assignments), environment.stop());
  display.reset();
  PrintErrors(output, jobs);
  std::vector<ExitCode> codes = std::move(attached.refused);
  for (const JobSnapshot& job : jobs) codes.push_back(ExitCodeFor(job));
  co_return Combine(codes);
}

}  // namespace reflash::cli
