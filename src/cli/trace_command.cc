// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "async/simulated_scheduler.h"
#include "bus/recording_file.h"
#include "bus/replay_port.h"
#include "cli/commands.h"
#include "cli/display.h"
#include "cli/flash_run.h"
#include "cli/job_errors.h"
#include "cli/json_lines.h"
#include "cli/load_image.h"
#include "cli/password_file.h"
#include "cli/temporary_ledger.h"
#include "inventory/drivers.h"

namespace reflash::cli {
namespace {

Task<JobSnapshot> Update(Environment& environment, Assignment assignment) {
  const Output& output = environment.output();
  const std::unique_ptr<Display> display = Display::Make(output, environment.scheduler());
  FlashRun run(environment.scheduler(), environment.engine(), output, *display, {});
  std::vector<Assignment> assignments;
  assignments.push_back(std::move(assignment));
  std::vector<JobSnapshot> jobs = co_await run.Run(std::move(assignments), environment.stop());
  co_return std::move(jobs.front());
}

/// Opens the way to a device, through a recording. Where that fails, no file is left behind.
Task<std::unique_ptr<RecordingFile>> AttachRecorded(Environment& environment,
                                                    const std::string& device,
                                                    const std::string& path) {
  std::unique_ptr<RecordingFile> file = co_await RecordingFile::Create(path);
  const Result<void> attached = environment.AttachRecorded(device, *file);
  if (attached) co_return file;
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  co_return Fail(attached.error());
}

/// What a replay came to.
struct Replayed {
  Result<JobSnapshot> job;
  Result<void> agreement;
};

Task<JobSnapshot> Flash(Engine& engine, std::string device, ImageToLoad image, JobOptions options) {
  const std::shared_ptr<Job> job = co_await engine.Admit(device, std::move(image), options);
  co_await engine.Execute(job);
  co_return job->snapshot();
}

/// Runs a driver against a recording, in simulated time and with a ledger of its own. Errors: what
/// keeps the replay from beginning.
Result<Replayed> Replay(const TraceReplayArguments& arguments, const inventory::Driver& driver) {
  ImageToLoad image = REFLASH_TRY(LoadImage(arguments.image));
  SimulatedScheduler scheduler;
  std::unique_ptr<ReplayPort> port =
      REFLASH_TRY(ReplayPort::Open(scheduler, arguments.recording, {}));
  ReplayPort& replay = *port;
  TemporaryLedger ledger = REFLASH_TRY(TemporaryLedger::Open());
  Engine engine(scheduler, ledger.ledger(), [](const std::string&, const std::string&) {});
  REFLASH_TRY_VOID(
      engine.Register(arguments.recording, driver.on_port(scheduler, std::move(port))));
  Result<JobSnapshot> job =
      scheduler.Run(Flash(engine, arguments.recording, std::move(image), arguments.options));
  return Replayed{.job = std::move(job), .agreement = replay.Finish()};
}

void PrintAgreement(const Output& output, const TraceReplayArguments& arguments,
                    const JobSnapshot& job) {
  if (output.json()) {
    output.Line(ResultLine(job));
  } else {
    output.Line(
        fmt::format("{}: driver and recording agree; {}", arguments.recording, OutcomeText(job)));
  }
}

}  // namespace

Task<ExitCode> RunCommand(Environment& environment, TraceRecordArguments arguments) {
  const Output& output = environment.output();
  if (!environment.Has(arguments.device)) {
    co_return Fail(ErrorCode::kNotFound, "there is no device '{}'", arguments.device);
  }
  const ImageToLoad image = co_await LoadImage(arguments.image);
  arguments.options.password = co_await ReadPasswordFile(arguments.password_file);
  const std::unique_ptr<RecordingFile> file =
      co_await AttachRecorded(environment, arguments.device, arguments.recording);
  const JobSnapshot job = co_await Update(
      environment, {.device = arguments.device, .image = image, .options = arguments.options});
  co_await environment.engine().Unregister(arguments.device, /*force=*/false);
  PrintErrors(output, {&job, 1});

  const Result<void> closed = file->Close();
  if (!closed) {
    output.PrintError(closed.error(), arguments.device);
    const std::array codes{ExitCodeFor(job), ExitCode::kDeviceFailed};
    co_return Combine(codes);
  }
  if (!output.json()) {
    output.Line(fmt::format("{}: recorded in {}", arguments.device, arguments.recording));
  }
  co_return ExitCodeFor(job);
}

Task<ExitCode> RunCommand(RealScheduler& /*scheduler*/, const Output& output,
                          TraceReplayArguments arguments, std::stop_token /*stop*/) {
  const inventory::Driver* const driver = inventory::FindDriver(arguments.kind);
  if (driver == nullptr) {
    co_return Fail(ErrorCode::kInvalidArgument, "there is no driver '{}'; there are: {}",
                   arguments.kind, inventory::DriverNames());
  }
  if (driver->on_port == nullptr) {
    co_return Fail(ErrorCode::kInvalidArgument, "devices of driver '{}' are not on an I2C bus",
                   driver->name);
  }
  const Replayed replayed = co_await Replay(arguments, *driver);
  if (!replayed.job) output.PrintError(replayed.job.error());
  if (!replayed.agreement) {
    output.PrintError(replayed.agreement.error());
    co_return ExitCodeFor(replayed.agreement.error().code());
  }
  if (replayed.job) PrintAgreement(output, arguments, *replayed.job);
  co_return replayed.job ? ExitCode::kDone : ExitCodeFor(replayed.job.error().code());
}

}  // namespace reflash::cli
