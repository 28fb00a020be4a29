// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/json_lines.h"
#include "cli/table.h"

namespace reflash::cli {
namespace {

std::string Mark(bool value, std::string_view word) { return value ? std::string(word) : ""; }

void PrintBanks(const Output& output, const DeviceInfo& info) {
  Table table({"BANK", "VERSION", "", "", ""});
  for (const Bank& bank : info.banks) {
    table.Add({bank.name, bank.version ? bank.version->ToString() : "-",
               Mark(bank.running, "running"), Mark(bank.committed, "committed"),
               bank.valid ? "valid" : "empty"});
  }
  table.Print(output);
}

void PrintInfo(const Output& output, const std::string& name, std::string_view kind,
               const DeviceInfo& info) {
  const auto line = [&output](std::string_view key, std::string_view value) {
    output.Line(fmt::format("{:<20} {}", key, value));
  };
  line("device", name);
  line("kind", kind);
  line("vendor", info.vendor);
  line("part", info.part);
  line("serial", info.serial);
  line("running version", info.version ? info.version->ToString() : "unknown");
  line("state", info.state);
  for (const Detail& detail : info.details) line(detail.name, detail.value);
  line("hitless start", info.capabilities.hitless ? "yes" : "no");
  output.Line("");
  PrintBanks(output, info);
}

void PrintPublished(const Output& output, const JobSnapshot& job) {
  if (output.json()) {
    output.Line(job.outcome ? ResultLine(job) : ProgressLine(job));
    return;
  }
  output.Line(fmt::format("{}: a job is {} ({} %); the device is not touched meanwhile", job.device,
                          PhaseWord(job.phase), job.percent));
}

void Print(const Output& output, const std::string& name, const Inspection& inspection) {
  if (!inspection.info) {
    PrintPublished(output, *inspection.published);
  } else if (output.json()) {
    output.Line(InfoLine(name, inspection.kind, *inspection.info));
  } else {
    PrintInfo(output, name, inspection.kind, *inspection.info);
  }
}

Task<Inspection> Look(Environment& environment, std::string name) {
  co_await environment.Attach(name);
  co_return co_await environment.engine().Inspect(name, environment.stop());
}

}  // namespace

Task<ExitCode> RunCommand(Environment& environment, InfoArguments arguments) {
  const Output& output = environment.output();
  const std::vector<std::string> names = co_await environment.Select({arguments.device});
  std::vector<ExitCode> codes;
  for (const std::string& name : names) {
    const Result<Inspection> inspection = co_await Outcome(Look(environment, name));
    if (inspection) {
      Print(output, name, *inspection);
      codes.push_back(ExitCode::kDone);
    } else {
      output.PrintError(inspection.error(), name);
      codes.push_back(ExitCodeFor(inspection.error().code()));
    }
  }
  co_return Combine(codes);
}

}  // namespace reflash::cli
