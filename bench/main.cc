// SPDX-License-Identifier: Apache-2.0
// reflash-bench [--json] [GROUP...]: measures reflash against the limits of the bus and against the
// algorithms of other updaters; all groups, or those that are named. Exit codes: 0 measured,
// whatever came out; 1 could not be measured; 64 wrong usage.
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string_view>
#include <vector>

#include "groups.h"

namespace reflash::bench {
namespace {

struct Group {
  std::string_view name;
  Result<void> (*measure)(Report&);
};

constexpr Group kGroups[] = {
    {"bus-limit", MeasureBusLimit},
    {"overhead", MeasureOverhead},
    {"busy-modules", MeasureBusyModules},
    {"shared-bus", MeasureSharedBus},
    {"many-buses", MeasureManyBuses},
    {"many-modules", MeasureManyModules},
    {"adapters", MeasureAdapters},
    {"peers", MeasurePeers},
    {"cards", MeasureCards},
};

int Run(Report::Format format, const std::vector<std::string_view>& names) {
  Report report(format);
  int exit_code = 0;
  for (const Group& group : kGroups) {
    const bool wanted = names.empty() || std::ranges::find(names, group.name) != names.end();
    if (!wanted) continue;
    const Result<void> measured = group.measure(report);
    if (measured) continue;
    fmt::print(stderr, "reflash-bench: {}: {}\n", group.name, measured.error().Message());
    exit_code = 1;
  }
  report.Finish();
  return exit_code;
}

bool Exists(std::string_view name) {
  return std::ranges::find(kGroups, name, &Group::name) != std::ranges::end(kGroups);
}

int WrongUsage() {
  std::vector<std::string_view> names;
  std::ranges::transform(kGroups, std::back_inserter(names), &Group::name);
  fmt::print(stderr, "usage: reflash-bench [--json] [GROUP...]\ngroups: {}\n",
             fmt::join(names, ", "));
  return 64;
}

}  // namespace
}  // namespace reflash::bench

int main(int argc, char** argv) {
  using namespace reflash::bench;
  std::vector<std::string_view> names(argv + 1, argv + argc);
  const bool json = std::erase(names, "--json") > 0;
  if (!std::ranges::all_of(names, Exists)) return WrongUsage();
  return Run(json ? Report::Format::kJson : Report::Format::kTable, names);
}
