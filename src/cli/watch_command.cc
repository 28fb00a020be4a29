// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "base/glob.h"
#include "cli/commands.h"
#include "cli/display.h"
#include "cli/job_errors.h"
#include "cli/job_watch.h"

namespace reflash::cli {
namespace {

bool Means(const std::vector<std::string>& patterns, const std::string& name) {
  return std::ranges::any_of(patterns, [&name](const std::string& pattern) {
    return IsGlob(pattern) ? GlobMatches(pattern, name) : pattern == name;
  });
}

/// All names that a device can have here: those of the configuration, if there is one, and those
/// of published jobs.
Result<std::set<std::string>> KnownNames(const Ledger& ledger,
                                         const std::optional<std::string>& file) {
  std::set<std::string> names;
  for (const PublishedJob& job : REFLASH_TRY(ledger.ListSnapshots())) {
    names.insert(job.snapshot.device);
  }
  std::error_code ignored;
  const bool configured =
      file || std::filesystem::exists(inventory::Configuration::kDefaultPath, ignored);
  if (!configured) return names;
  for (const auto& device : REFLASH_TRY(LoadConfiguration(file)).devices) {
    names.insert(device.name);
  }
  return names;
}

/// Errors: kNotFound for a pattern that means no device at all, with a job or without.
Result<void> CheckPatterns(const std::vector<std::string>& patterns,
                           const std::set<std::string>& names) {
  for (const std::string& pattern : patterns) {
    const bool known = std::ranges::any_of(
        names, [&pattern](const std::string& name) { return Means({pattern}, name); });
    if (!known) return Fail(ErrorCode::kNotFound, "there is no device '{}'", pattern);
  }
  return {};
}

ExitCode ExitCodeOf(const std::vector<JobSnapshot>& jobs) {
  std::vector<ExitCode> codes;
  codes.reserve(jobs.size());
  for (const JobSnapshot& job : jobs) codes.push_back(ExitCodeFor(job));
  return Combine(codes);
}

}  // namespace

Task<ExitCode> RunCommand(RealScheduler& scheduler, const Output& output, WatchArguments arguments,
                          std::stop_token stop) {
  const LedgerDirectories directories = co_await LedgerDirectories::FromEnvironment();
  const Ledger ledger = co_await Ledger::Open(directories);
  const std::vector<std::string>& patterns = arguments.devices;
  if (!patterns.empty()) {
    co_await CheckPatterns(patterns, co_await KnownNames(ledger, arguments.configuration_file));
  }
  std::unique_ptr<Display> display = Display::Make(output, scheduler);
  JobWatch watch(scheduler, ledger, *display, [&patterns](const std::string& device) {
    return patterns.empty() || Means(patterns, device);
  });
  const Result<std::vector<JobSnapshot>> jobs = co_await Outcome(watch.Run(std::move(stop)));
  display.reset();
  if (!jobs) co_return Fail(jobs.error());
  if (jobs->empty()) output.PrintNotice("", "no job is running");
  PrintErrors(output, *jobs);
  co_return ExitCodeOf(*jobs);
}

}  // namespace reflash::cli
