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

constexpr std::array kPhases{Phase::kStarting, Phase::kPreparing, Phase::kWriting,
                             Phase::kProgramming};
constexpr std::string_view kWhole = "whole";

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
  const Key key{picture.phase, picture.words};
  if (key == measured.present && !picture.outcome) return;
  if (measured.present.phase != Phase::kIdle) {
    measured.job.push_back({measured.present, picture.seconds - measured.since});
  }
  measured.present = key;
  measured.since = picture.seconds;
  if (picture.outcome) End(measured, picture);
}

void FlashStatistics::End(Measured& measured, const JobSnapshot& picture) {
  std::vector<Sample> job = std::exchange(measured.job, {});
  measured.present = {};
  const JobOutcome outcome = *picture.outcome;
  if (outcome == JobOutcome::kRefused || outcome == JobOutcome::kCanceled) return;
  ++measured.runs;
  if (picture.failure) return;
  ++measured.ok;
  measured.whole.push_back(picture.seconds);
  std::ranges::move(job, std::back_inserter(measured.all));
}

/// The phases, each with its steps below it where it has several; the whole at the end.
std::vector<Times> FlashStatistics::TimesOf(const Measured& measured) {
  std::vector<Times> times;
  for (const Phase phase : kPhases) {
    Times of_phase{.name = std::string(PhaseWord(phase))};
    std::vector<Times> steps;
    // TODO
    (void)of_phase;
    (void)steps;
  }
  return times;
}

}  // namespace reflash::cli
