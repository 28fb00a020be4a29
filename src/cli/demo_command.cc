// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "bus/i2c_module_eeprom.h"
#include "cli/commands.h"
#include "cli/demo_rack.h"
#include "cli/flash_run.h"
#include "cli/table.h"
#include "cli/temporary_ledger.h"
#include "cmis/update/cmis_device.h"
#include "emu/image_format.h"
#include "emu/lab.h"
#include "emu/lab_file.h"

namespace reflash::cli {
namespace {

Result<ImageToLoad> MakeDemoImage(const DemoImage& release) {
  const Version version = REFLASH_TRY(Version::Parse(release.version));
  const Bytes bytes = REFLASH_TRY(emu::MakeImage(version, release.part, release.size_bytes));
  const std::string name = fmt::format("{}-{}.bin", release.part.substr(0, 8), release.version);
  Image image = REFLASH_TRY(Image::FromBytes(bytes, name));
  Manifest manifest =
      REFLASH_TRY(Manifest::Parse(emu::MakeManifest(version, release.part, bytes), name + ".toml"));
  return ImageToLoad{.image = std::move(image), .manifest = std::move(manifest)};
}

/// Registers the modules of the rack and assigns each the release of its vendor.
Result<std::vector<Assignment>> AssignImages(RealScheduler& scheduler, Engine& engine,
                                             emu::Lab& lab, const emu::LabSettings& settings) {
  std::vector<std::pair<std::string_view, ImageToLoad>> images;
  for (const DemoImage& release : DemoImages()) {
    images.emplace_back(release.vendor, REFLASH_TRY(MakeDemoImage(release)));
  }
  std::vector<Assignment> assignments;
  for (const emu::ModuleSettings& module : settings.modules) {
    REFLASH_TRY_VOID(engine.Register(
        module.name,
        std::make_unique<cmis::CmisDevice>(
            scheduler, std::make_unique<I2cModuleEeprom>(lab.FindModule(module.name)->Connect()),
            std::vector<NetworkInterface>{})));
    const auto image =
        std::ranges::find(images, module.vendor, [](const auto& entry) { return entry.first; });
    assignments.push_back({.device = module.name, .image = image->second, .options = {}});
  }
  return assignments;
}

void PrintRack(const Output& output, const emu::LabSettings& settings) {
  if (output.json()) return;
  output.Line(
      fmt::format("An emulated rack: {} modules on {} buses. Nothing here is hardware; the "
                  "bytes on the buses are what hardware would see.\n",
                  settings.modules.size(), settings.buses.size()));
  Table table({"DEVICE", "BUS", "MODEL", "SERIAL", "RUNS"});
  for (const emu::ModuleSettings& module : settings.modules) {
    table.Add({module.name, module.bus, module.vendor + " " + module.part, module.serial,
               module.version.ToString()});
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
  output.Line(fmt::format("\n{} of {} modules updated: {} KiB in {:.1f} s.", updated, jobs.size(),
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
  std::vector<Assignment> assignments = co_await AssignImages(scheduler, engine, *lab, settings);
  PrintRack(output, settings);

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
