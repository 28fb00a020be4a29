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
  struct Key {
    Phase phase = Phase::kIdle;
    std::string words;
    bool operator==(const Key&) const = default;
  };
  struct Sample {
    Key key;
    double seconds = 0;
  };
  struct Measured {
    std::size_t runs = 0;
    std::size_t ok = 0;
    Key present;             ///< what the job under way does
    double since = 0;        ///< when it began with it, in seconds of the job
    std::vector<Sample> job;  ///< the job under way
    std::vector<Sample> all;  ///< the jobs that succeeded
    std::vector<double> whole;
    std::map<std::string, double, std::less<>> advertised;  ///< by the words of the step
  };

  static void End(Measured& measured, const JobSnapshot& picture);
  static std::vector<Times> TimesOf(const Measured& measured);

  std::map<std::string, Measured> devices_;
};

/// The statistics as a table for people, or an object for each device with --json.
void Print(const Output& output, const std::vector<DeviceStatistics>& devices);

}  // namespace reflash::cli
