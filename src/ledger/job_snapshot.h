// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "ledger/phase.h"

namespace reflash {

/// How a job ended, as a user sees it.
enum class JobOutcome : std::uint8_t {
  kUpdated,     ///< the device runs the new image, verified (and committed, unless asked not to)
  kUpToDate,    ///< the device ran this version already; nothing was written
  kDownloaded,  ///< the new image stands in the device, verified, and does not run yet
  kFailed,      ///< an error ended the job; the state says what the device holds now
  kRefused,     ///< refused before the first byte went to the device
  kCanceled,    ///< somebody asked for it
  kVerified,    ///< what the device holds is the image; nothing was written
  kRolledBack,  ///< the new image did not come up, and the old one runs again
};

/// The word for an outcome, such as "up-to-date". It is part of the interface.
std::string_view JobOutcomeWord(JobOutcome outcome);
std::optional<JobOutcome> JobOutcomeFromWord(std::string_view word);

/// Why a job did not succeed; kept until the next start.
struct JobFailure {
  ErrorCode code = ErrorCode::kHwError;
  Phase phase = Phase::kIdle;         ///< where it failed
  std::uint64_t remaining_bytes = 0;  ///< of the image, not yet taken by the device
  std::string message;                ///< a sentence a person can act on

  bool operator==(const JobFailure&) const = default;
};

/// One consistent picture of a job: what watchers of this process get, and what is published for
/// every other process.
struct JobSnapshot {
  std::string device;            ///< the configured name
  std::string hardware_address;  ///< see Device::hardware_address
  Phase phase = Phase::kIdle;
  std::string words;        ///< what happens inside the phase, such as "waiting for boot"
  std::uint64_t done = 0;   ///< of `total`, in the units of the phase (bytes while writing)
  std::uint64_t total = 0;  ///< 0: not known
  int percent = 0;          ///< of the whole job, 0 to 100; never goes back
  std::optional<double> eta_seconds;
  std::uint64_t image_bytes = 0;
  std::uint64_t remaining_bytes = 0;  ///< of the image, not yet taken by the device
  std::optional<JobOutcome> outcome;  ///< present once the job has ended
  std::optional<JobFailure> failure;
  std::string from_version;  ///< what ran before the job; empty when not known
  std::string version;       ///< what runs now; empty when not known
  std::string bank;          ///< where the new image stands; empty when nowhere
  bool committed = false;
  double seconds = 0;  ///< since the job began
  std::string state;   ///< what the device holds after a failure, as a sentence

  bool operator==(const JobSnapshot&) const = default;
};

}  // namespace reflash
