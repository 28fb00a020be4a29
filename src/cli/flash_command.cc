// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "cli/commands.h"
#include "cli/display.h"
#include "cli/flash_run.h"
#include "cli/json_lines.h"
#include "cli/password_file.h"

namespace reflash::cli {
namespace {

Result<ImageToLoad> LoadImage(const std::string& path) {
  Image image = REFLASH_TRY(Image::Load(path));
  std::optional<Manifest> manifest = REFLASH_TRY(Manifest::LoadBeside(path));
  if (manifest) REFLASH_TRY_VOID(manifest->CheckDigest(image));
  return ImageToLoad{.image = std::move(image), .manifest = std::move(manifest)};
}

/// The devices that can be reached at all, as assignments. The others are reported and counted.
struct Attached {
  std::vector<Assignment> assignments;
  std::vector<ExitCode> refused;
};

Attached AttachAll(Environment& environment, const std::vector<std::string>& names,
                   const FlashArguments& arguments, const ImageToLoad& image) {
  Attached attached;
  for (const std::string& name : names) {
    if (const Result<void> ready = environment.Attach(name); !ready) {
      environment.output().PrintError(ready.error(), name);
      attached.refused.push_back(ExitCodeFor(ready.error().code()));
      continue;
    }
    attached.assignments.push_back({.device = name, .image = image, .options = arguments.options});
  }
  return attached;
}

void PrintErrors(const Output& output, const std::vector<JobSnapshot>& jobs) {
  if (output.json()) return;  // the results have said it
  for (const JobSnapshot& job : jobs) {
    if (!job.failure) continue;
    const bool begun = job.failure->phase != Phase::kIdle;
    const std::string phase = begun ? fmt::format("{}: ", PhaseWord(job.failure->phase)) : "";
    output.PrintError(Error(job.failure->code, phase + job.failure->message), job.device);
  }
}

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

}  // namespace

Task<ExitCode> RunCommand(Environment& environment, FlashArguments arguments) {
  const Output& output = environment.output();
  const std::vector<std::string> names = co_await environment.Select(arguments.devices);
  const ImageToLoad image = co_await LoadImage(arguments.image);
  arguments.options.password = co_await ReadPasswordFile(arguments.password_file);
  Attached attached = AttachAll(environment, names, arguments, image);
  const bool go_on = attached.refused.empty() || arguments.keep_going;
  if (!go_on) co_return Combine(attached.refused);

  std::unique_ptr<Display> display = Display::Make(output, environment.scheduler());
  FlashRun run(environment.scheduler(), environment.engine(), output, *display,
               {.at_once = arguments.at_once,
                .keep_going = arguments.keep_going,
                .dry_run = arguments.dry_run});
  const std::vector<JobSnapshot> jobs =
      co_await run.Run(std::move(attached.assignments), environment.stop());
  display.reset();
  if (arguments.dry_run) PrintPlan(output, jobs, image);
  PrintErrors(output, jobs);
  co_return ExitCodeOf(jobs, std::move(attached.refused), arguments.dry_run);
}

}  // namespace reflash::cli
