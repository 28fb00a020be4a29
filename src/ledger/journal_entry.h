// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "ledger/phase.h"

namespace reflash {

/// What was begun on a device and, as long as the entry stands, not brought to an end.
struct JournalEntry {
  std::string hardware_address;  ///< see Device::hardware_address
  std::string device;            ///< the configured name
  std::string image_name;        ///< such as "fw.bin"
  std::string image_sha256;      ///< to recognise the same image again
  pid_t pid = 0;                 ///< of the process that began it
  std::string begun_at;          ///< wall clock, ISO 8601 in UTC: "2025-11-21T07:30:00Z"
  Phase phase = Phase::kIdle;    ///< that the device is entering
  std::string words;             ///< what happens in it, such as "switching to bank B"

  bool operator==(const JournalEntry&) const = default;
};

}  // namespace reflash
