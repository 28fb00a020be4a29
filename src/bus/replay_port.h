// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "async/scheduler.h"
#include "bus/bus_options.h"
#include "bus/i2c_port.h"
#include "bus/recording_reader.h"

namespace reflash {

/// A port that answers from a recording, and holds the driver to it: the same transfers, byte for
/// byte, in the same order. From the first difference on, every transfer fails with it.
///
/// **Time.** A reply comes when it came in the recording, counted from the opening of the port; a
/// driver that is later than the recording makes all that follows later. Drivers measure: how long
/// a command took, when to look first, when a deadline has passed. Without the recorded times they
/// would measure nothing, and go other ways than on the hardware. With them, and a
/// SimulatedScheduler, a driver meets at each transfer the clock that it met in the recording, so a
/// replay is the same each time, and takes milliseconds. With a RealScheduler it takes at least as
/// long as the recording did. What was recorded in real time agrees as long as no decision of the
/// driver hung on the microseconds by which a real timer is late.
///
/// **Polls.** How often a driver asks is no part of what it says to a module. Where the recording
/// has a run of equal transfers that changed nothing (they read, or were not acknowledged), the
/// driver may leave out the rest of the run, or go on asking; then the last answer holds.
class ReplayPort : public I2cPort {
 public:
  /// Opens a recording; its limits hold, or lower ones of `options`.
  /// Errors: those of RecordingReader::Open; kInvalidArgument for impossible options.
  static Result<std::unique_ptr<ReplayPort>> Open(Scheduler& scheduler,
                                                  const std::filesystem::path& path,
                                                  const BusOptions& options);

  [[nodiscard]] I2cLimits limits() const override { return limits_; }
  /// Such as "replay:/home/me/swp1.jsonl": not the one of the module that was recorded.
  [[nodiscard]] const std::string& hardware_address() const override { return hardware_address_; }

  /// What became of the replay; asked once the driver is done.
  /// Errors: the first difference, as kHwError: "swp1.jsonl:17: the recording has W7e009f, the
  /// driver sent W80 R1", also that the recording goes on; kInvalidArgument for a bad line.
  Result<void> Finish();

 private:
  ReplayPort(Scheduler& scheduler, RecordingReader reader, I2cLimits limits,
             std::string hardware_address);

  Task<I2cReply> DoTransfer(std::span<const I2cMessage> messages) override;

  /// Lets `last_` be what answers `messages`. Errors: as for Finish.
  Result<void> FindAnswer(std::span<const I2cMessage> messages);
  /// Reads `next_`, unless it is there.
  Result<void> LookAhead();
  void TakeNext();
  Result<void> SkipRestOfRun();
  [[nodiscard]] bool LastMayRepeat() const;
  [[nodiscard]] Error Difference(std::span<const I2cMessage> messages) const;
  /// When the reply of `last_` is due.
  [[nodiscard]] TimePoint Due();

  Scheduler& scheduler_;
  RecordingReader reader_;
  I2cLimits limits_;
  std::string hardware_address_;
  TimePoint start_;                       ///< of the recording; moves when the driver is late
  std::optional<RecordedTransfer> last_;  ///< what was answered last
  std::optional<RecordedTransfer> next_;  ///< the line behind it, if it was read
  bool at_end_ = false;
  bool in_run_ = false;    ///< last_ and the one before it are equal
  bool repeated_ = false;  ///< last_ answers once more
  std::optional<Error> difference_;
};

}  // namespace reflash
