// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "cli/commands.h"
#include "cli/demo_device.h"
#include "cli/demo_rack.h"
#include "cli/flash_run.h"
#include "cli/lab_image.h"
#include "cli/table.h"
#include "cli/temporary_ledger.h"
#include "emu/lab.h"
#include "emu/lab_file.h"

namespace reflash::cli {
namespace {

/// The release for a device, as its vendor publishes it.
Result<ImageToLoad> MakeDemoImage(const DemoImage& release) {
  const std::string name = fmt::format("{}-{}.bin", release.part.substr(0, 9), release.version);
  const Version version = REFLASH_TRY(Version::Parse(release.version));
  const LabImage made = REFLASH_TRY(MakeLabImage({.kind = std::string(release.kind),
                                                  .version = version,
                                                  .part = std::string(release.part),
                                                  .size_bytes = release.size_bytes,
                                                  .output = name}));
  Image image = REFLASH_TRY(Image::FromBytes(made.bytes, name));
  Manifest manifest = REFLASH_TRY(Manifest::Parse(made.manifest, name + ".toml"));
  return ImageToLoad{.image = std::move(image), .manifest = std::move(manifest)};
}

/// The devices of the rack, each with the release that is for it.
Result<std::vector<Assignment>> AssignImages(const std::vector<DemoDevice>& devices) {
  std::vector<ImageToLoad> images;
  for (const DemoImage& release : DemoImages()) {
    images.push_back(REFLASH_TRY(MakeDemoImage(release)));
  }
  std::vector<Assignment> assignments;
  for (const DemoDevice& device : devices) {
    const auto fits = [&device](const ImageToLoad& image) {
      const auto checked =
          image.manifest->CheckFits(device.driver->kind(), device.vendor, device.part);
      return checked.has_value();
    };
    const auto image = std::ranges::find_if(images, fits);
    if (image == images.end()) {
      return Fail(ErrorCode::kNotFound, "the demo has no image for {}", device.name);
    }
    assignments.push_back({.device = device.name, .image = *image, .options = {}});
  }
  return assignments;
}

void PrintRack(const Output& output, const std::vector<DemoDevice>& devices) {
  if (output.json()) return;
  output.Line(
      fmt::format("An emulated rack of {} devices. Nothing here is hardware; the bytes on the "
                  "buses are what hardware would see.\n",
                  devices.size()));
  Table table({"DEVICE", "BUS", "MODEL", "SERIAL", "RUNS"});
  for (const DemoDevice& device : devices) {
    table.Add({device.name, device.place, device.vendor + " " + device.part, device.serial,
               device.version});
  }
  table.Print(output);
  output.Line("");
}

/// How a job that this rack stages should have ended.
JobOutcome Expected(const std::string& device) {
  const auto expectations = DemoExpectations();
  const auto found = std::ranges::find(expectations, device, &DemoExpectation::device);
  return found == expectations.end() ? JobOutcome::kUpdated : found->outcome;
}

/// Returns whether everything ended as staged.
bool PrintSummary(const Output& output, const std::vector<JobSnapshot>& jobs, double seconds) {
  std::size_t updated = 0;
  bool as_staged = true;
  std::uint64_t bytes = 0;
  for (const JobSnapshot& job : jobs) {
    if (job.outcome == JobOutcome::kUpdated) ++updated;
    as_staged = as_staged && job.outcome == Expected(job.device);
    bytes += job.image_bytes - job.remaining_bytes;
  }
  if (output.json()) return as_staged;
  output.Line(fmt::format("\n{} of {} devices updated: {} KiB in {:.1f} s.", updated, jobs.size(),
                          bytes >> 10U, seconds));
  for (const JobSnapshot& job : jobs) {
    if (!job.failure) continue;
    output.Line(fmt::format("{} {} at byte {} of {}: {}\n{:>{}} {}", job.device,
                            JobOutcomeWord(*job.outcome),
                            job.image_bytes - job.failure->remaining_bytes, job.image_bytes,
                            job.failure->message, "", job.device.size(), job.state));
  }
  output.Line(as_staged ? "Exactly the staged failures happened."
                        : "This is not what the rack stages: something is wrong.");
  return as_staged;
}

}  // namespace

Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output,
                          DemoArguments /*arguments*/, std::stop_token stop) {
  const emu::LabSettings settings = co_await emu::ParseLabFile(DemoLabFile(), "demo rack");
  const std::unique_ptr<emu::Lab> lab = co_await emu::Lab::Create(settings, scheduler);
  TemporaryLedger ledger = co_await TemporaryLedger::Open();
  Engine engine(scheduler, ledger.ledger(),
                [&output](const std::string& device, const std::string& sentence) {
                  output.PrintNotice(device, sentence);
                });
  std::vector<DemoDevice> devices = OpenDemoDevices(scheduler, *lab, settings);
  std::vector<Assignment> assignments = co_await AssignImages(devices);
  PrintRack(output, devices);
  for (DemoDevice& device : devices) {
    co_await engine.Register(device.name, std::move(device.driver));
  }

  const TimePoint begin = scheduler.Now();
  std::unique_ptr<Display> display = Display::Make(output, scheduler);
  FlashRun run(scheduler, engine, output, *display, {.at_once = 0});
  const std::vector<JobSnapshot> jobs = co_await run.Run(std::move(assignments), stop);
  display.reset();
  const bool as_staged = PrintSummary(output, jobs, ToSeconds(scheduler.Now() - begin));
  if (stop.stop_requested()) co_return ExitCode::kCanceled;
  co_return as_staged ? ExitCode::kDone : ExitCode::kDeviceFailed;
}

}  // namespace reflash::cli
