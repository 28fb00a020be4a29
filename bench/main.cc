// SPDX-License-Identifier: Apache-2.0
// reflash-bench [--json]: measures reflash against the limits of the bus and against the
// algorithms of other updaters. Exit codes: 0 measured, whatever came out; 1 could not be measured;
// 64 wrong usage.
#include <fmt/core.h>

#include <cstdio>
#include <string_view>

#include "groups.h"

namespace reflash::bench {
namespace {

struct Group {
  std::string_view name;
  Result<void> (*measure)(Report&);
};

constexpr Group kGroups[] = {
    {"bus limit", MeasureBusLimit},
    {"overhead", MeasureOverhead},
    {"busy modules", MeasureBusyModules},
    {"shared bus", MeasureSharedBus},
    {"many buses", MeasureManyBuses},
    {"many modules", MeasureManyModules},
    {"peers", MeasurePeers},
};

int Run(Report::Format format) {
  Report report(format);
  int exit_code = 0;
  for (const Group& group : kGroups) {
    const Result<void> measured = group.measure(report);
    if (measured) continue;
    fmt::print(stderr, "reflash-bench: {}: {}\n", group.name, measured.error().Message());
    exit_code = 1;
  }
  report.Finish();
  return exit_code;
}

}  // namespace
}  // namespace reflash::bench

int main(int argc, char** argv) {
  using reflash::bench::Report;
  if (argc == 1) return reflash::bench::Run(Report::Format::kTable);
  if (argc == 2 && std::string_view(argv[1]) == "--json") {
    return reflash::bench::Run(Report::Format::kJson);
  }
  fmt::print(stderr, "usage: reflash-bench [--json]\n");
  return 64;
}
