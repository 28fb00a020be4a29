// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"
#include "flash/device_info.h"
#include "ledger/job_snapshot.h"

namespace reflash::cli {

/// How long one thing took each time.
struct Times {
  std::string name;                          ///< a phase, "whole", or the words of a step
  bool is_step = false;                      ///< a part of the phase before it
  std::vector<double> seconds;               ///< sorted, at least one
  std::optional<double> advertised_seconds;  ///< what the device says it takes at most

  [[nodiscard]] double Shortest() const { return seconds.front(); }
  /// With an even number of them the longer one of the two in the middle.
  [[nodiscard]] double Median() const { return seconds[seconds.size() / 2]; }
  [[nodiscard]] double Longest() const { return seconds.back(); }
};

/// What several updates of one device took; the times are those of the updates that succeeded.
struct DeviceStatistics {
  std::string device;
  std::size_t runs = 0;      ///< that ended by themselves: not refused, not canceled
  std::size_t ok = 0;        ///< runs that succeeded
  std::vector<Times> times;  ///< in the order in which things happen
};

/// Measures updates by the pictures that their jobs give. A step is told by its words, so one that
/// takes no time may be missed.
class FlashStatistics {
 public:
  /// Keeps what the device advertises, to stand beside what was measured.
  void SetAdvertised(const std::string& device, const DeviceInfo& info);

  /// The next picture of a job; each job of a device ends before the next one begins.
  void Add(const JobSnapshot& picture);

  /// The devices that were seen, by name.
  [[nodiscard]] std::vector<DeviceStatistics> Summary() const;

 private:
  /// What a job does at a moment.
  struct Doing {
    Phase phase = Phase::kIdle;
    std::string words;
    bool operator==(const Doing&) const = default;
  };
  struct Step {
    Doing doing;
    std::vector<double> seconds;
  };
  struct Measured {
    std::size_t runs = 0;
    std::size_t ok = 0;
    Doing present;            ///< of the job under way
    double since = 0;         ///< when that began, in seconds of the job
    std::vector<Step> job;    ///< the job under way, one time for each step
    std::vector<Step> steps;  ///< of the jobs that succeeded, in the order of appearance
    std::map<Phase, std::vector<double>> phases;
    std::vector<double> whole;
    std::map<std::string, double, std::less<>> advertised;  ///< by the words of the step
  };

  static Step& Find(std::vector<Step>& steps, const Doing& doing);
  static void End(Measured& measured, const JobSnapshot& picture);
  static void Keep(Measured& measured, const std::vector<Step>& job);
  static std::vector<Times> TimesOf(const Measured& measured);
  static void AddSteps(const Measured& measured, Phase phase, std::vector<Times>& times);

  std::map<std::string, Measured> devices_;
};

/// The statistics as a table for people, or an object for each device with --json.
void Print(const Output& output, const std::vector<DeviceStatistics>& devices);

}  // namespace reflash::cli
