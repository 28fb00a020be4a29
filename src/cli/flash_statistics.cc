// SPDX-License-Identifier: Apache-2.0
#include "cli/flash_statistics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "cli/json_lines.h"
#include "cli/table.h"
#include "flash/step.h"

namespace reflash::cli {
namespace {

/// Which detail of a device says how long a step takes at most.
struct AdvertisedRow {
  Step step;
  std::string_view detail;
};
constexpr std::array kAdvertised{
    AdvertisedRow{Step::kPrepare, "longest start"},
    AdvertisedRow{Step::kFinish, "longest complete"},
};

/// The seconds in "1500 ms".
std::optional<double> SecondsIn(std::string_view text) {
  unsigned milliseconds = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, milliseconds);
  if (error != std::errc() || std::string_view(rest, end) != " ms") return std::nullopt;
  return milliseconds / 1000.0;
}

Times Sorted(Times times) {
  std::ranges::sort(times.seconds);
  return times;
}

std::string Seconds(double seconds) { return fmt::format("{:.3f} s", seconds); }

void AddRows(Table& table, const DeviceStatistics& device) {
  for (const Times& times : device.times) {
    table.Add({device.device, (times.is_step ? "  " : "") + times.name,
               fmt::format("{}", times.seconds.size()), Seconds(times.Shortest()),
               Seconds(times.Median()), Seconds(times.Longest()),
               times.advertised_seconds ? Seconds(*times.advertised_seconds) : ""});
  }
}

}  // namespace

void FlashStatistics::SetAdvertised(const std::string& device, const DeviceInfo& info) {
  for (const AdvertisedRow& row : kAdvertised) {
    const auto detail = std::ranges::find(info.details, row.detail, &Detail::name);
    if (detail == info.details.end()) continue;
    const std::optional<double> seconds = SecondsIn(detail->value);
    if (seconds) devices_[device].advertised[std::string(StepWords(row.step))] = *seconds;
  }
}

void FlashStatistics::Add(const JobSnapshot& picture) {
  Measured& measured = devices_[picture.device];
  const Doing doing{picture.phase, picture.words};
  if (doing == measured.present && !picture.outcome) return;
  if (measured.present.phase != Phase::kIdle) {
    std::vector<double>& seconds = Find(measured.job, measured.present).seconds;
    seconds.resize(1);  // what a job does twice is one step
    seconds[0] += picture.seconds - measured.since;
  }
  measured.present = doing;
  measured.since = picture.seconds;
  if (picture.outcome) End(measured, picture);
}

FlashStatistics::Step& FlashStatistics::Find(std::vector<Step>& steps, const Doing& doing) {
  const auto found = std::ranges::find(steps, doing, &Step::doing);
  return found == steps.end() ? steps.emplace_back(Step{.doing = doing, .seconds = {}}) : *found;
}

void FlashStatistics::End(Measured& measured, const JobSnapshot& picture) {
  const std::vector<Step> job = std::exchange(measured.job, {});
  measured.present = {};
  const JobOutcome outcome = *picture.outcome;
  if (outcome == JobOutcome::kRefused || outcome == JobOutcome::kCanceled) return;
  ++measured.runs;
  if (picture.failure) return;
  ++measured.ok;
  measured.whole.push_back(picture.seconds);
  Keep(measured, job);
}

void FlashStatistics::Keep(Measured& measured, const std::vector<Step>& job) {
  std::map<Phase, double> phases;
  for (const Step& step : job) {
    const double seconds = step.seconds.front();
    phases[step.doing.phase] += seconds;
    Find(measured.steps, step.doing).seconds.push_back(seconds);
  }
  for (const auto& [phase, seconds] : phases) measured.phases[phase].push_back(seconds);
}

/// The phases, each with its steps below it, and the whole at the end.
std::vector<Times> FlashStatistics::TimesOf(const Measured& measured) {
  std::vector<Times> times;
  for (const auto& [phase, seconds] : measured.phases) {
    times.push_back(Sorted({.name = std::string(PhaseWord(phase)), .seconds = seconds}));
    AddSteps(measured, phase, times);
  }
  if (measured.ok > 0) times.push_back(Sorted({.name = "whole", .seconds = measured.whole}));
  return times;
}

void FlashStatistics::AddSteps(const Measured& measured, Phase phase, std::vector<Times>& times) {
  for (const Step& step : measured.steps) {
    if (step.doing.phase != phase || step.doing.words.empty()) continue;
    Times of_step{.name = step.doing.words, .is_step = true, .seconds = step.seconds};
    const auto advertised = measured.advertised.find(step.doing.words);
    if (advertised != measured.advertised.end()) of_step.advertised_seconds = advertised->second;
    times.push_back(Sorted(std::move(of_step)));
  }
}

std::vector<DeviceStatistics> FlashStatistics::Summary() const {
  std::vector<DeviceStatistics> summary;
  summary.reserve(devices_.size());
  for (const auto& [name, measured] : devices_) {
    summary.push_back(
        {.device = name, .runs = measured.runs, .ok = measured.ok, .times = TimesOf(measured)});
  }
  return summary;
}

void Print(const Output& output, const std::vector<DeviceStatistics>& devices) {
  if (output.json()) {
    for (const DeviceStatistics& device : devices) output.Line(StatisticsLine(device));
    return;
  }
  Table table({"DEVICE", "WHAT", "TIMES", "MIN", "MEDIAN", "MAX", "ADVERTISED"});
  for (const DeviceStatistics& device : devices) AddRows(table, device);
  output.Line("");
  table.Print(output);
  for (const DeviceStatistics& device : devices) {
    output.Line(fmt::format("{}: {} of {} runs succeeded", device.device, device.ok, device.runs));
  }
}

}  // namespace reflash::cli
