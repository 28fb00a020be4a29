// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "cli/attached_devices.h"
#include "cli/commands.h"
#include "cli/confirmation.h"
#include "cli/display.h"
#include "cli/flash_run.h"
#include "cli/job_errors.h"
#include "cli/json_lines.h"
#include "cli/load_image.h"
#include "cli/password_file.h"
#include "cli/repeated_flash.h"

namespace reflash::cli {
namespace {

void PrintPlan(const Output& output, const std::vector<JobSnapshot>& jobs,
               const ImageToLoad& image) {
  for (const JobSnapshot& job : jobs) {
    if (job.outcome) continue;
    if (output.json()) {
      output.Line(PlanLine(job, image.image.name()));
      continue;
    }
    output.Line(fmt::format("{}: would get {} ({} bytes); runs {}", job.device, image.image.name(),
                            job.image_bytes, job.version.empty() ? "?" : job.version));
  }
}

ExitCode ExitCodeOf(const std::vector<JobSnapshot>& jobs, std::vector<ExitCode> codes,
                    bool dry_run) {
  for (const JobSnapshot& job : jobs) {
    const bool would_be_done = dry_run && !job.outcome;
    codes.push_back(would_be_done ? ExitCode::kDone : ExitCodeFor(job));
  }
  return Combine(codes);
}

/// How somebody is asked before something that can never be undone, where somebody can be asked.
std::function<Task<bool>(std::string)> Asking(Environment& environment, bool yes) {
  if (yes || !CanAsk(environment.output())) return nullptr;
  return [&environment](std::string question) {
    return Confirm(environment.scheduler(), std::move(question), environment.stop());
  };
}

Task<std::vector<JobSnapshot>> RunTest(Environment& environment, const FlashArguments& arguments,
                                       FlashRunOptions options,
                                       std::vector<Assignment> assignments) {
  const Output& output = environment.output();
  std::unique_ptr<Display> display = Display::Make(output, environment.scheduler());
  RepeatedFlash test(environment.scheduler(), environment.engine(), output, *display, options,
                     arguments.repeat);
  std::vector<JobSnapshot> jobs = co_await test.Run(std::move(assignments), environment.stop());
  display.reset();
  Print(output, test.statistics().Summary());
  co_return jobs;
}

Task<std::vector<JobSnapshot>> RunOnce(Environment& environment, FlashRunOptions options,
                                       std::vector<Assignment> assignments,
                                       const ImageToLoad& image) {
  const Output& output = environment.output();
  std::unique_ptr<Display> display = Display::Make(output, environment.scheduler());
  FlashRun run(environment.scheduler(), environment.engine(), output, *display, options);
  std::vector<JobSnapshot> jobs = co_await run.Run(std::move(assignments), environment.stop());
  display.reset();
  if (options.dry_run) PrintPlan(output, jobs, image);
  PrintErrors(output, jobs);
  co_return jobs;
}

}  // namespace

Task<ExitCode> RunCommand(Environment& environment, FlashArguments arguments) {
  const std::vector<std::string> names = co_await environment.Select(arguments.devices);
  const ImageToLoad image = co_await LoadImage(arguments.image);
  arguments.options.password = co_await ReadPasswordFile(arguments.password_file);
  AttachedDevices attached = AttachAll(environment, names, image, arguments.options);
  const bool go_on = attached.refused.empty() || arguments.keep_going;
  if (!go_on) co_return Combine(attached.refused);

  const FlashRunOptions options{.at_once = arguments.at_once,
                                .keep_going = arguments.keep_going,
                                .dry_run = arguments.dry_run,
                                .max_failures = arguments.max_failures,
                                .confirm = Asking(environment, arguments.yes)};
  const std::vector<JobSnapshot> jobs =
      arguments.repeat > 0
          ? co_await RunTest(environment, arguments, options, std::move(attached.assignments))
          : co_await RunOnce(environment, options, std::move(attached.assignments), image);
  co_return ExitCodeOf(jobs, std::move(attached.refused), arguments.dry_run);
}

}  // namespace reflash::cli
