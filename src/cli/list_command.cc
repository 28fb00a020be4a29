// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "async/task_group.h"
#include "cli/commands.h"
#include "cli/json_lines.h"
#include "cli/table.h"

namespace reflash::cli {
namespace {

/// A device and what a look at it gave.
struct Row {
  std::string name;
  std::string_view kind;
  DeviceInfo info;
  std::string state;
};

std::string StateOf(const JobSnapshot& job) {
  if (job.outcome) return std::string(JobOutcomeWord(*job.outcome));
  return fmt::format("{} {} %", PhaseWord(job.phase), job.percent);
}

void Fill(Row& row, Inspection inspection) {
  row.kind = inspection.kind;
  if (inspection.info) {
    row.info = *std::move(inspection.info);
    row.state = row.info.state;
  } else {
    const JobSnapshot& job = *inspection.published;
    row.info.version = Version::Parse(job.version).value_or(Version{});
    row.state = StateOf(job);
  }
}

Task<void> Look(Environment& environment, Row& row) {
  if (const Result<void> attached = environment.Attach(row.name); !attached) {
    row.state = attached.error().Message();
    co_return;
  }
  row.kind = environment.engine().KindOf(row.name);
  Result<Inspection> inspection =
      co_await Outcome(environment.engine().Inspect(row.name, environment.stop()));
  if (inspection) {
    Fill(row, *std::move(inspection));
  } else {
    row.state = inspection.error().sentence();
  }
}

void PrintRows(const Output& output, const std::vector<Row>& rows) {
  Table table({"DEVICE", "KIND", "MODEL", "SERIAL", "VERSION", "STATE"});
  for (const Row& row : rows) {
    if (output.json()) {
      output.Line(DeviceLine(row.name, row.kind, row.info, row.state));
      continue;
    }
    table.Add({row.name, std::string(row.kind), row.info.vendor + " " + row.info.part,
               row.info.serial, row.info.version ? row.info.version->ToString() : "", row.state});
  }
  if (!output.json()) table.Print(output);
}

}  // namespace

Task<ExitCode> RunCommand(Environment& environment, ListArguments /*arguments*/) {
  std::vector<Row> rows;
  for (std::string& name : environment.names()) {
    rows.push_back({.name = std::move(name), .kind = "", .info = {}, .state = ""});
  }
  TaskGroup looks(environment.scheduler());
  for (Row& row : rows) looks.Spawn(Look(environment, row));
  co_await looks.Wait();
  PrintRows(environment.output(), rows);
  co_return ExitCode::kDone;
}

Task<ExitCode> RunCommand(RealScheduler& /*scheduler*/, const Output& output,
                          NamesArguments arguments, std::stop_token /*stop*/) {
  if (output.json()) co_await Fail(ErrorCode::kInvalidArgument, "the names alone are no JSON");
  const inventory::Configuration configuration =
      co_await LoadConfiguration(arguments.configuration_file);
  for (const auto& device : configuration.devices) output.Line(device.name);
  co_return ExitCode::kDone;
}

}  // namespace reflash::cli
